"""What each process takes and how far it is behind, looked at again and again while a run goes on."""

import threading
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from local_stack import status
from local_stack.stack import Stack

_EVERY = 10.0
_WARM = 0.25
"""Part of a run that is left out of the slope: caches fill."""


@dataclass(frozen=True)
class Sample:
    """One look at one process; `megabytes` is its proportional set size, children included."""

    second: float
    megabytes: float | None
    lag: int | None
    restarts: int


@dataclass(frozen=True)
class Course:
    """A process over a run: memory first, last and at most, its slope in percent of the mean a ten minutes."""

    name: str
    first: float
    last: float
    most: float
    percent_per_ten_minutes: float | None
    most_lag: int
    restarts: int


@dataclass
class Samples:
    """Every look so far, by process."""

    taken: dict[str, list[Sample]] = field(default_factory=dict[str, list[Sample]])

    def look(self, stack: Stack, second: float) -> None:
        """Take one sample of every process."""
        for row in status.rows(stack.layout, stack.programs()):
            self.taken.setdefault(row.name, []).append(Sample(second, row.memory_mb, row.lag, row.restarts))

    def courses(self) -> list[Course]:
        """Every process over the run."""
        return [course(name, samples) for name, samples in self.taken.items() if any(s.megabytes for s in samples)]


def course(name: str, samples: Sequence[Sample]) -> Course:
    """One process over a run."""
    memory = [(sample.second, sample.megabytes) for sample in samples if sample.megabytes]
    warm = [point for point in memory if point[0] >= _WARM * memory[-1][0]]
    return Course(
        name=name,
        first=memory[0][1],
        last=memory[-1][1],
        most=max(megabytes for _, megabytes in memory),
        percent_per_ten_minutes=slope(warm),
        most_lag=max((sample.lag or 0 for sample in samples), default=0),
        restarts=max(sample.restarts for sample in samples),
    )


def slope(points: Sequence[tuple[float, float]]) -> float | None:
    """Growth in percent of the mean a ten minutes, by least squares; None for fewer than three points."""
    if len(points) < 3:
        return None
    middle = sum(second for second, _ in points) / len(points)
    mean = sum(value for _, value in points) / len(points)
    spread = sum((second - middle) ** 2 for second, _ in points)
    if not spread:
        return None
    growth = sum((second - middle) * (value - mean) for second, value in points) / spread
    return round(growth * 600 / mean * 100, 2)


@contextmanager
def sampling(stack: Stack) -> Generator[Samples]:
    """Look every ten seconds while the block runs, and once at its end."""
    samples, over, began = Samples(), threading.Event(), time.monotonic()

    def run() -> None:
        while not over.wait(_EVERY):
            samples.look(stack, time.monotonic() - began)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield samples
    finally:
        over.set()
        thread.join()
        samples.look(stack, time.monotonic() - began)
