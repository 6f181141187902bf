"""How a long step says how far it is: a bar for people, nothing for programs."""

from collections.abc import Callable, Generator
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from navette.output import errors, out

Advance = Callable[[int], None]


class Steps:
    """The bars of one command, on standard error, so that standard output stays the answer's."""

    def __init__(self) -> None:
        columns = (TextColumn("{task.description:32}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self._bars = Progress(*columns, console=errors, disable=out.as_json)

    @contextmanager
    def shown(self) -> Generator["Steps"]:
        """Draw while the block runs."""
        with self._bars:
            yield self

    def step(self, what: str, total: int) -> Advance:
        """A bar of `total`; call the result with how much further it came."""
        bar = self._bars.add_task(what, total=total)
        if not total:
            self._bars.update(bar, total=1, completed=1)

        def advance(by: int) -> None:
            self._bars.update(bar, advance=by)

        return advance
