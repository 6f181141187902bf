"""Which fact is handled by what. A service has one `Handlers`, filled in its `handlers.py`."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from contracts.facts import Fact
from mesh.records import Received
from mesh.transaction import Transaction

E = TypeVar("E")
F = TypeVar("F", bound=Fact)
R = TypeVar("R")


@dataclass(frozen=True)
class Prepared(Generic[F, R]):
    """A fact and what was computed from it before the transaction."""

    received: Received[F]
    result: R


@dataclass(frozen=True)
class Handler:
    """How one type is handled.

    `projection` handlers write only projections and emit nothing: a rebuild may run them.
    """

    fact: type[Fact]
    prepare: Callable[[Received[Any], Any], Awaitable[Any]] | None
    record: Callable[[Transaction, Sequence[Any], Any], Awaitable[None]]
    projection: bool


class Handlers(Generic[E]):
    """The registry of one service; `E` is the type of its environment (adapters, settings, clock)."""

    def __init__(self) -> None:
        self._by_type: dict[str, Handler] = {}
        self._discards: dict[str, Callable[[Transaction, Received[Any], Any], Awaitable[None]]] = {}

    def _add(self, handler: Handler) -> None:
        name = handler.fact.event_type()
        if name in self._by_type:
            raise ValueError(f"{name} is handled twice")
        self._by_type[name] = handler

    def on(
        self, fact: type[F], *, record: Callable[[Transaction, Sequence[Prepared[F, R]], E], Awaitable[None]]
    ) -> Callable[[Callable[[Received[F], E], Awaitable[R]]], Callable[[Received[F], E], Awaitable[R]]]:
        """Compute with the decorated function outside any transaction, then `record` the batch of results in one."""

        def register(prepare: Callable[[Received[F], E], Awaitable[R]]) -> Callable[[Received[F], E], Awaitable[R]]:
            self._add(Handler(fact, prepare, record, projection=False))
            return prepare

        return register

    def records(
        self, fact: type[F], *, projection: bool = False
    ) -> Callable[
        [Callable[[Transaction, Sequence[Received[F]], E], Awaitable[None]]],
        Callable[[Transaction, Sequence[Received[F]], E], Awaitable[None]],
    ]:
        """The decorated function records a batch; there is nothing to compute."""

        def register(
            record: Callable[[Transaction, Sequence[Received[F]], E], Awaitable[None]],
        ) -> Callable[[Transaction, Sequence[Received[F]], E], Awaitable[None]]:
            self._add(Handler(fact, None, record, projection))
            return record

        return register

    def discarded(
        self, fact: type[F]
    ) -> Callable[
        [Callable[[Transaction, Received[F], E], Awaitable[None]]],
        Callable[[Transaction, Received[F], E], Awaitable[None]],
    ]:
        """The decorated function says what follows when an operator discards a dead letter of this type."""

        def register(
            ended: Callable[[Transaction, Received[F], E], Awaitable[None]],
        ) -> Callable[[Transaction, Received[F], E], Awaitable[None]]:
            self._discards[fact.event_type()] = ended
            return ended

        return register

    def find(self, event_type: str | None) -> Handler | None:
        """The handler of a CloudEvents type; None: this service skips it."""
        return self._by_type.get(event_type or "")

    def on_discard(self, event_type: str) -> Callable[[Transaction, Received[Any], Any], Awaitable[None]] | None:
        """What follows a discard, if anything does."""
        return self._discards.get(event_type)

    def handled(self) -> list[Handler]:
        """All handlers, by type."""
        return [self._by_type[name] for name in sorted(self._by_type)]
