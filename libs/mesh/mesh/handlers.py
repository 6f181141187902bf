"""Which fact is handled by what. A service has one `Handlers`, filled in its `handlers.py`."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, NamedTuple, TypeVar

from contracts.facts import Fact
from mesh.records import Received
from mesh.transaction import Transaction

E = TypeVar("E")
F = TypeVar("F", bound=Fact)
R = TypeVar("R")


class Prepared(NamedTuple, Generic[F, R]):
    """A fact and what was computed from it before the transaction."""

    received: Received[F]
    result: R


Recorder = Callable[[Transaction, Sequence[Any], Any], Awaitable[None]]


@dataclass
class Handler:
    """How one type is handled:
    `projectors` write only projections and emit nothing, so a rebuild may run them alone.
    """

    fact: type[Fact]
    prepare: Callable[[Received[Any], Any], Awaitable[Any]] | None = None
    record: Recorder | None = None
    projectors: list[Recorder] = field(default_factory=list[Recorder])


class Handlers(Generic[E]):
    """The registry of one service; `E` is the type of its environment (adapters, settings, clock)."""

    def __init__(self) -> None:
        self._by_type: dict[str, Handler] = {}
        self._discards: dict[str, Callable[[Transaction, Received[Any], Any], Awaitable[None]]] = {}

    def _handler(self, fact: type[Fact]) -> Handler:
        return self._by_type.setdefault(fact.event_type(), Handler(fact))

    def _decide(self, fact: type[Fact]) -> Handler:
        handler = self._handler(fact)
        if handler.record is not None:
            raise ValueError(f"{fact.event_type()} is handled twice")
        return handler

    def on(
        self, fact: type[F], *, record: Callable[[Transaction, Sequence[Prepared[F, R]], E], Awaitable[None]]
    ) -> Callable[[Callable[[Received[F], E], Awaitable[R]]], Callable[[Received[F], E], Awaitable[R]]]:
        """Compute with the decorated function outside any transaction, then `record` the batch of results in one."""

        def register(prepare: Callable[[Received[F], E], Awaitable[R]]) -> Callable[[Received[F], E], Awaitable[R]]:
            handler = self._decide(fact)
            handler.prepare, handler.record = prepare, record
            return prepare

        return register

    def records(
        self, fact: type[F], *, projection: bool = False
    ) -> Callable[
        [Callable[[Transaction, Sequence[Received[F]], E], Awaitable[None]]],
        Callable[[Transaction, Sequence[Received[F]], E], Awaitable[None]],
    ]:
        """The decorated function records a batch; there is nothing to compute.

        With `projection` it writes projections only and emits nothing; a type may have several of these beside the one
        that decides.
        """

        def register(
            record: Callable[[Transaction, Sequence[Received[F]], E], Awaitable[None]],
        ) -> Callable[[Transaction, Sequence[Received[F]], E], Awaitable[None]]:
            if projection:
                self._handler(fact).projectors.append(record)
            else:
                self._decide(fact).record = record
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
