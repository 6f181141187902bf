"""Does to the processes of a stack what the timetable says: kills, pauses, and kills from within at crash sites."""

import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
from timetable import Kill, Pause, Timetable

from actors.stack import armory
from local_stack.stack import Stack

_READY_SECONDS = 300.0
SITE_SECONDS = 600.0
"""How long a group of sites may stay armed before it counts as missed."""


class Stopped(Exception):
    """The run is over, no further fault is wanted."""


class Faults:
    """The faults of one run; `done` counts them by kind and process, `now` says what goes on."""

    def __init__(self, stack: Stack, timetable: Timetable, ending: threading.Event) -> None:
        self._stack = stack
        self._supervisor = stack.supervisor
        self._programs = {program.name: program for program in stack.programs()}
        self._timetable = timetable
        self._armory = armory(stack.layout)
        self._ending = ending
        self._changes = threading.Lock()
        self._now: list[str] = []
        self.done: Counter[str] = Counter()
        self.missed: list[str] = []
        self.at: list[tuple[float, str]] = []
        """When each fault began, in seconds of the run."""
        self._began = time.monotonic()
        for name in timetable.sites:
            (self._armory / name).mkdir(parents=True, exist_ok=True)

    @property
    def now(self) -> str:
        """What goes on at this moment."""
        with self._changes:
            return ", ".join(self._now) or "nothing"

    def count(self, kind: str) -> int:
        """How many faults of a kind there were."""
        return sum(number for name, number in self.done.items() if name.startswith(f"{kind} "))

    @contextmanager
    def going_on(self, what: str) -> Generator[None]:
        """Note a fault, and show it as long as the block runs."""
        with self._changes:
            self._now.append(what)
            self.at.append((time.monotonic() - self._began, what))
        try:
            yield
        finally:
            with self._changes:
                self._now.remove(what)

    def _wait(self, seconds: float) -> None:
        if self._ending.wait(seconds):
            raise Stopped

    def _pid(self, name: str) -> int | None:
        """The process, once it answers: a kill of what still starts would only delay its start."""
        until = time.monotonic() + _READY_SECONDS
        while not self._programs[name].ready():
            if time.monotonic() > until:
                raise TimeoutError(f"{name} has not been ready for too long")
            self._wait(0.1)
        state = self._supervisor.states().get(name)
        return state.pid if state else None

    def run(self, provoke: Callable[[str], None]) -> None:
        """Everything of the timetable side by side; `provoke` makes a site be passed. Raises what went wrong."""
        lanes: list[Callable[[], None]] = [
            lambda: self._kills(self._timetable.kills),
            lambda: self._pauses(self._timetable.pauses),
        ]
        for name, groups in self._timetable.sites.items():
            lanes.append(lambda one=name, of=groups: self._sites(one, of, provoke))
        with ThreadPoolExecutor(len(lanes)) as several:
            running = [several.submit(lane) for lane in lanes]
            try:
                for each in running:
                    each.result()
            except BaseException:
                self._ending.set()
                raise

    def _kills(self, kills: Iterable[Kill]) -> None:
        for kill in kills:
            self._wait(kill.after)
            while not self._kill(kill.name):
                self._wait(0.1)

    def _kill(self, name: str) -> bool:
        pid = self._pid(name)
        if pid is None:
            return False
        with self.going_on(f"kill {name}"), suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            self.done[f"kill {name}"] += 1
            return True
        return False

    def _pauses(self, pauses: Iterable[Pause]) -> None:
        for pause in pauses:
            self._wait(pause.after)
            pid = self._pid(pause.name)
            if pid is not None:
                with self.going_on(f"pause {pause.name} {pause.seconds:.1f} s"), _stopped(pid):
                    self.done[f"pause {pause.name}"] += 1
                    self._wait(pause.seconds)

    def _sites(self, name: str, groups: list[tuple[str, ...]], provoke: Callable[[str], None]) -> None:
        """Arm group after group; a group is over when each of its sites was hit."""
        spread = random.Random(name)  # noqa: S311 - a pause between kills, not a secret
        folder = self._armory / name
        for group in groups:
            self._pid(name)
            with self.going_on(f"armed {group[0].rpartition('.')[0]}"), _armed([folder / site for site in group]):
                until = time.monotonic() + SITE_SECONDS
                while waiting := [site for site in group if not (folder / f"{site}.hit").exists()]:
                    if time.monotonic() > until:
                        self.missed += [f"{site} of {name}" for site in waiting]
                        break
                    provoke(waiting[0])
                    self._wait(0.2)
            self._wait(spread.uniform(0.0, 2.0))

    def hit(self) -> list[str]:
        """The sites at which a process died."""
        return sorted(path.name.removesuffix(".hit") for path in self._armory.glob("*/*.hit"))


@contextmanager
def _armed(sites: list[Path]) -> Generator[None]:
    """Sites that kill as long as the block runs; none stays armed for whoever uses the stack next."""
    for site in sites:
        site.touch()
    try:
        yield
    finally:
        for site in sites:
            site.unlink(missing_ok=True)


@contextmanager
def _stopped(pid: int) -> Generator[None]:
    """A process and its children stand still, each until the end of the block, whatever happens in it."""
    stopped: list[psutil.Process] = []
    try:
        with suppress(psutil.NoSuchProcess):
            parent = psutil.Process(pid)
            for process in (parent, *parent.children(recursive=True)):
                with suppress(psutil.NoSuchProcess):
                    process.suspend()
                    stopped.append(process)
        yield
    finally:
        for process in stopped:
            with suppress(psutil.NoSuchProcess):
                process.resume()
