"""Kills and pauses by a seeded timetable, and a kill at every site in turn."""

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace

from contracts.topics import SERVICES
from local_stack.program import Program
from local_stack.report import say
from local_stack.stack import Stack

INFRASTRUCTURE = ("kafka", "postgres", "objects")
_SITE_SECONDS = 150.0


class Faults:
    """The faults of one run; `done` counts them by kind and process."""

    def __init__(self, stack: Stack, seed: int) -> None:
        self._stack = stack
        self._supervisor = stack.supervisor
        self._random = random.Random(seed)  # noqa: S311 - a repeatable timetable, not a secret
        self.done: Counter[str] = Counter()
        self.missed: list[str] = []

    def _pid(self, name: str) -> int | None:
        state = self._supervisor.states().get(name)
        return state.pid if state else None

    def kill(self, name: str) -> None:
        """kill -9, unless it is down already."""
        pid = self._pid(name)
        if pid:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                self.done[f"kill {name}"] += 1

    def pause(self, name: str, seconds: float) -> None:
        """SIGSTOP, and SIGCONT after a while."""
        pid = self._pid(name)
        if pid:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)
                self.done[f"pause {name}"] += 1
                time.sleep(seconds)
                os.kill(pid, signal.SIGCONT)

    def random_kills(self, count: int) -> None:
        """`count` faults of services, a quarter of them pauses; each part of the infrastructure is killed once."""
        infrastructure = {count * (n + 1) // 4: name for n, name in enumerate(INFRASTRUCTURE)}
        for n in range(count):
            if n in infrastructure:
                self.kill(infrastructure[n])
                self._supervisor.wait(self._stack.named(infrastructure[n]))
            name = self._ready()
            if self._random.random() < 0.25:
                self.pause(name, self._random.uniform(0.3, 3.0))
            else:
                self.kill(name)
            time.sleep(self._random.uniform(0.3, 2.2))

    def _ready(self) -> str:
        """A random service that answers: a kill of what still starts would only delay its start."""
        until = time.monotonic() + _SITE_SECONDS
        while time.monotonic() < until:
            name = self._random.choice(SERVICES)
            if self._stack.named(name).ready():
                return name
            time.sleep(0.2)
        raise TimeoutError("no service has been ready for too long")

    def at_every_site(self, sites: dict[str, list[str]], provoke: Callable[[str], None]) -> None:
        """Kill each service at each of its sites; services side by side. `provoke` makes a site be passed."""
        with ThreadPoolExecutor(max(1, len(sites))) as several:
            running = [several.submit(self._sites_of, name, of, provoke) for name, of in sites.items()]
        for each in running:
            each.result()

    def _sites_of(self, name: str, sites: list[str], provoke: Callable[[str], None]) -> None:
        program = self._stack.named(name)
        try:
            self._each_site(program, sites, provoke)
        finally:
            self._supervisor.add(program)
            self._supervisor.start(name)

    def _each_site(self, program: Program, sites: list[str], provoke: Callable[[str], None]) -> None:
        name = program.name
        for site in sites:
            armed = {**program.environment, "NAVETTE_CRASH_AT": f"{site}:1"}
            self._supervisor.add(replace(program, environment=armed))
            self._supervisor.start(name)
            if self._dies(name, lambda site=site: provoke(site)):
                self.done[f"site {site}"] += 1
            else:
                self.missed.append(f"{site} of {name}")
                say(f"{name} never passed {site}")

    def _dies(self, name: str, provoke: Callable[[], None]) -> bool:
        began = self._ended(name)
        until = time.monotonic() + _SITE_SECONDS
        while time.monotonic() < until:
            provoke()
            if self._ended(name) > began:
                return True
            time.sleep(0.3)
        return False

    def _ended(self, name: str) -> int:
        """How often the process was killed so far."""
        log = (self._stack.layout.logs / "supervisord.log").read_text(errors="replace")
        return log.count(f"exited: {name} (terminated by SIGKILL")
