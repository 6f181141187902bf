"""What the stack tells whoever started it: one line a step, with the seconds it took."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager

_one_line_at_a_time = threading.Lock()


def say(line: str) -> None:
    """Print one whole line; steps run in several threads."""
    with _one_line_at_a_time:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


@contextmanager
def step(what: str, *, announce: bool = False) -> Generator[None]:
    """Time a step and report it when it is done; `announce` also says that it begins, for those that take long."""
    if announce:
        say(f"     …    {what}")
    began = time.monotonic()
    yield
    say(f"{time.monotonic() - began:7.2f} s  {what}")
