"""Waiting for what follows later, by asking again."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def eventually(what: str, ask: Callable[[], T | None], seconds: float = 45) -> T:
    """Ask until the answer is neither None nor False. Raises AssertionError naming what never came."""
    until = time.monotonic() + seconds
    while True:
        answer = ask()
        if answer is not None and answer is not False:
            return answer
        if time.monotonic() >= until:
            raise AssertionError(f"{what}: not within {seconds:.0f} s")
        time.sleep(0.1)
