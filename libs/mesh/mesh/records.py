"""Kafka records read as facts."""

from typing import Any, Generic, NamedTuple, TypeVar

from pydantic import ValidationError

from contracts.envelope import Envelope, EnvelopeError
from contracts.facts import Fact, fact_class
from contracts.topics import may_write
from mesh.errors import Poison

F_co = TypeVar("F_co", bound=Fact, covariant=True)


class RawRecord(NamedTuple):
    """One record as Kafka holds it."""

    topic: str
    partition: int
    offset: int
    key: str
    headers: tuple[tuple[str, bytes], ...]
    value: bytes

    def header(self, name: str) -> str | None:
        """One header as text, None when it is missing or unreadable."""
        for found, value in self.headers:
            if found == name:
                return value.decode(errors="replace")
        return None


class Received(NamedTuple, Generic[F_co]):
    """A fact with its envelope and where it was read."""

    envelope: Envelope
    fact: F_co
    record: RawRecord


def addressed(record: RawRecord) -> "Received[Any] | None":
    """A record whose envelope can be read although its payload cannot: it has an id and a key, and no fact."""
    try:
        nothing: Any = None
        return Received(Envelope.from_headers(record.headers), nothing, record)
    except EnvelopeError:
        return None


def decode(record: RawRecord) -> Received[Fact]:
    """Read a record; raises Poison when it is no fact of its type or its source may not write it."""
    try:
        envelope = Envelope.from_headers(record.headers)
    except EnvelopeError as error:
        raise Poison(str(error)) from None
    model = fact_class(envelope.type)
    if model is None:
        raise Poison(f"type {envelope.type} is not known here")
    if not may_write(envelope.service, model.type_name):
        raise Poison(f"{envelope.source} may not write {model.type_name}")
    try:
        fact = model.model_validate_json(record.value)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise Poison(f"{model.type_name} does not fit its schema at {where or 'its root'}: {first['msg']}") from None
    return Received(envelope, fact, record)
