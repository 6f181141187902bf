"""Says what the demo does while it does it, and how long each step took."""

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TypeVar

from navette.errors import CommandError
from navette.output import console

T = TypeVar("T")


@contextmanager
def step(what: str) -> Generator[None]:
    """Print a step with its duration once it is done."""
    started = time.monotonic()
    with console.status(what):
        yield
    console.print(f"  [green]✓[/green] {what} [dim]{time.monotonic() - started:.1f} s[/dim]", highlight=False)


def wait_for(what: str, ask: Callable[[], T | None], seconds: float = 60) -> T:
    """Ask until there is an answer. Raises CommandError when none came in time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        answer = ask()
        if answer is not None:
            return answer
        time.sleep(0.1)
    raise CommandError(
        f"{what} did not happen within {seconds:.0f} s. Look at `navette status` and `navette parked ls`."
    )
