"""The whole stack: parts prepared, started and provisioned side by side, then what depends on several of them."""

from __future__ import annotations

import fcntl
import shutil
import sys
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from contracts.topics import SERVICES
from local_stack import edge, kafka, objects, ports, postgres, seal, services
from local_stack.errors import StackError
from local_stack.layout import Layout
from local_stack.probes import greets, http_ok
from local_stack.program import Program
from local_stack.report import say, step
from local_stack.supervision import Supervisor
from local_stack.tools import require


class Stack:
    """One stack in one run folder."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.supervisor = Supervisor(layout)

    @contextmanager
    def _alone(self) -> Generator[None]:
        """Two commands that change one stack wait for each other."""
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
            mesh = not only_infrastructure
            parts: list[Callable[[], None]] = [
                lambda: self._kafka(given, topics=mesh),
                lambda: self._postgres(given, migrated=mesh),
                lambda: self._objects(given),
                lambda: self._run(mail_program(self.layout, given)),
            ]
            if mesh:
                parts += [lambda: self._seal(given), lambda: self._edge(given), services.fetch_rules]
            _together(parts)
            if mesh:
                self._mesh(given)

    def _run(self, *programs: Program) -> None:
        """Start programs unless they run, all at once, and wait until each answers."""
        for program in programs:
            self.supervisor.add(program)
        for program in programs:
            self.supervisor.start(program.name)

        def wait(program: Program) -> None:
            with step(f"{program.name} ready"):
                self.supervisor.wait(program)

        _together([lambda one=program: wait(one) for program in programs])

    def _kafka(self, given: dict[str, int], *, topics: bool) -> None:
        kafka.prepare(self.layout, given)
        self._run(kafka.program(self.layout, given))
        if topics:
            services.apply_topics(self.layout, given)

    def _postgres(self, given: dict[str, int], *, migrated: bool) -> None:
        if postgres.outside_dsn() is None:
            postgres.prepare(self.layout)
            self._run(postgres.program(self.layout))
        with step("database, roles and schemas in place"):
            from local_stack import database  # the drivers are slow to import, and only `up` needs them

            database.provision(self.layout)
        if migrated:
            services.migrate(self.layout, given)

    def _objects(self, given: dict[str, int]) -> None:
        store = objects.choose(self.layout)
        objects.prepare(self.layout, store)
        self._run(objects.program(self.layout, given, store))
        with step(f"buckets and users in place ({store.kind})"):
            from local_stack import buckets

            buckets.provision(self.layout, given, store)

    def _seal(self, given: dict[str, int]) -> None:
        seal.prepare(self.layout, given)
        self._run(seal.program(self.layout, given))

    def _edge(self, given: dict[str, int]) -> None:
        edge.configure_gateway(self.layout, given)
        self._run(edge.portal_program(given))

    def _mesh(self, given: dict[str, int]) -> None:
        self._run(*(services.program(self.layout, given, service) for service in SERVICES))
        self._run(edge.gateway_program(self.layout, given))
        self.supervisor.keep_only(program.name for program in self.programs())

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
            pki = self.layout.tls.parent
            kept = {self.layout.ports_file, self.layout.run / ".lock", pki, self.layout.tls}
            everything = [*self.layout.run.iterdir(), *(pki.iterdir() if pki.exists() else ())]
            with step("removed data, secrets and logs"):
                for path in everything:
                    if path not in kept and not (path / "ports.json").exists():
                        shutil.rmtree(path) if path.is_dir() else path.unlink()

    def restart(self, name: str) -> None:
        """Stop and start one process, also one that had given up, and wait until it answers.

        Raises StackError when there is no such process.
        """
        program = self.named(name)
        with self._alone():
            if not self.supervisor.is_running():
                raise StackError("the stack is down: `up` starts it")
            self.supervisor.stop(name)
            self._run(program)

    def named(self, name: str) -> Program:
        """The program of that name; raises StackError with the names there are."""
        programs = {program.name: program for program in self.programs()}
        if name not in programs:
            raise StackError(f"no process is called {name}: there are {', '.join(programs)}")
        return programs[name]

    def programs(self) -> list[Program]:
        """Every program of the stack in the order they are shown."""
        given = ports.read(self.layout)
        store = objects.current(self.layout)
        return [
            kafka.program(self.layout, given),
            *([postgres.program(self.layout)] if postgres.outside_dsn() is None else []),
            *([objects.program(self.layout, given, store)] if store else []),
            mail_program(self.layout, given),
            seal.program(self.layout, given),
            *(services.program(self.layout, given, service) for service in SERVICES),
            edge.portal_program(given),
            edge.gateway_program(self.layout, given),
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


def fetch(layout: Layout) -> None:
    """Download and build what is not on this machine yet, without starting anything."""
    layout.create()
    _together(
        [
            lambda: say(f"           Kafka's jars: {kafka.fetch()}"),
            lambda: say(f"           object store: {objects.choose(layout).binary}"),
            services.fetch_rules,
        ]
    )


def _together(parts: Sequence[Callable[[], None]]) -> None:
    """Run parts at the same time, wait for all, raise the first error."""
    with ThreadPoolExecutor(len(parts)) as several:
        running = [several.submit(part) for part in parts]
    for part in running:
        part.result()
