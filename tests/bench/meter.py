"""What a stretch of work cost: CPU and wall time a fact, of this process."""

import asyncio
import time


class Meter:
    """Counts facts from the end of the first batch on: connecting, signing in and joining a group are no hop."""

    def __init__(self, count: int) -> None:
        self.done = asyncio.Event()
        """All `count` facts were handled."""
        self._count = count
        self._handled = self._before = 0
        self._began = (0.0, 0.0)

    def add(self, facts: int) -> None:
        """A batch was handled."""
        self._handled += facts
        if not self._before:
            self._before, self._began = self._handled, (time.process_time(), time.perf_counter())
        if self._handled >= self._count:
            self.done.set()

    def cost(self) -> tuple[float, float]:
        """CPU ms and wall ms a fact."""
        facts = max(1, self._handled - self._before)
        cpu, wall = self._began
        return (time.process_time() - cpu) / facts * 1e3, (time.perf_counter() - wall) / facts * 1e3


def speed_of_the_machine() -> float:
    """CPU ms of a fixed piece of pure Python, the median of five: compare figures of two runs by it."""
    taken: list[float] = []
    for _ in range(5):
        began, total = time.process_time(), 0
        for number in range(1_000_000):
            total += number
        taken.append((time.process_time() - began) * 1e3)
    return sorted(taken)[2]
