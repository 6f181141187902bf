"""The whole stack: parts prepared, started and provisioned side by side, then what depends on several of them."""

from __future__ import annotations

import fcntl
import shutil
import sys
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from local_stack import database, kafka, objects, ports, postgres
from local_stack.errors import StackError
from local_stack.layout import Layout
from local_stack.probes import greets, http_ok
from local_stack.program import Program
from local_stack.report import step
from local_stack.supervision import Supervisor
from local_stack.tools import require


class Stack:
    """One stack in one run folder."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.supervisor = Supervisor(layout)

    @contextmanager
    def _alone(self) -> Generator[None]:
        """Two `up`, `down` or `reset` of one stack wait for each other."""
        self.layout.run.mkdir(parents=True, exist_ok=True)
        with (self.layout.run / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def up(self, *, only_infrastructure: bool = False) -> None:
        """Bring the stack up; what already runs is left alone.

        Raises StackError when a part cannot be had or does not become ready.
        """
        with self._alone():
            self.layout.create()
            require("setpriv")
            given = ports.allocate(self.layout, running=self.supervisor.is_running())
            _together(
                lambda: self._kafka(given),
                self._postgres,
                lambda: self._objects(given),
                lambda: self._run(mail_program(self.layout, given)),
            )

    def _run(self, program: Program) -> None:
        """Start a program unless it runs, and wait until it answers."""
        with step(f"{program.name} ready"):
            self.supervisor.add(program)
            self.supervisor.start(program.name)
            self.supervisor.wait(program)

    def _kafka(self, given: dict[str, int]) -> None:
        kafka.prepare(self.layout, given)
        self._run(kafka.program(self.layout, given))

    def _postgres(self) -> None:
        if postgres.outside_dsn() is None:
            postgres.prepare(self.layout)
            self._run(postgres.program(self.layout))
        with step("database, roles and schemas in place"):
            database.provision(self.layout)

    def _objects(self, given: dict[str, int]) -> None:
        store = objects.choose(self.layout)
        objects.prepare(self.layout, store)
        self._run(objects.program(self.layout, given, store))
        with step(f"buckets and users in place ({store.kind})"):
            objects.provision(self.layout, given, store)

    def down(self) -> None:
        """Stop everything and leave no process, socket or temporary file; data stay."""
        if not self.layout.run.exists():
            return
        with self._alone():
            self._down()

    def _down(self) -> None:
        with step("stopped"):
            self.supervisor.shutdown()
            shutil.rmtree(self.layout.sockets, ignore_errors=True)

    def reset(self) -> None:
        """Stop everything and remove its data, secrets and logs; the ports and the local certificate authority stay.

        Raises StackError when the folder holds no stack.
        """
        if not self.layout.ports_file.exists():
            raise StackError(f"no stack in {self.layout.run}, nothing was removed")
        with self._alone():
            self._down()
            kept = {self.layout.ports_file, self.layout.run / ".lock", self.layout.tls.parent}
            for path in [*self.layout.run.iterdir(), *self.layout.tls.parent.glob("*")]:
                if path in kept or path == self.layout.tls:
                    continue
                shutil.rmtree(path) if path.is_dir() else path.unlink()

    def programs(self) -> list[Program]:
        """Every program of the stack in the order they are shown."""
        given = ports.read(self.layout)
        store = objects.current(self.layout)
        return [
            kafka.program(self.layout, given),
            *([postgres.program(self.layout)] if postgres.outside_dsn() is None else []),
            *([objects.program(self.layout, given, store)] if store else []),
            mail_program(self.layout, given),
        ]


def mail_program(layout: Layout, given: dict[str, int]) -> Program:
    """The mail catcher."""
    mail = ("--smtp", str(given["smtp"]), "--http", str(given["mail"]), "--dir", str(layout.mail))
    page = f"http://127.0.0.1:{given['mail']}"
    return Program(
        name="mail",
        command=(sys.executable, "-m", "local_stack.mailcatcher", *mail),
        ready=lambda: http_ok(f"{page}/readyz") and greets(given["smtp"], b"220"),
        address=page,
    )


def _together(*parts: Callable[[], None]) -> None:
    """Run parts at the same time, wait for all, raise the first error."""
    with ThreadPoolExecutor(len(parts)) as several:
        running = [several.submit(part) for part in parts]
    for part in running:
        part.result()
