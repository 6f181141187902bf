"""CloudEvents 1.0 in the Kafka binding's binary mode:
attributes are headers `ce_…`, the payload is the record's value.
"""

from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

from contracts.ids import read_id

SPEC_VERSION = "1.0"
CONTENT_TYPE = "application/json"
Headers = list[tuple[str, bytes]]
_READ = frozenset(
    {
        *("ce_id", "ce_type", "ce_source", "ce_subject", "ce_time", "ce_dataschema", "ce_partitionkey", "ce_sequence"),
        *("ce_tenant", "ce_correlationid", "ce_causationid", "ce_generation", "traceparent", "ce_replayid"),
    }
)


class EnvelopeError(ValueError):
    """A record whose headers are not a fact's; the text names the attribute."""


def _text(value: str | UUID | datetime) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return str(value)


class Envelope(NamedTuple):
    """The attributes of one fact.

    `sequence` counts per source and subject from 1. `causation_id` is the fact it follows from; `correlation_id` the
    first of the chain.
    `generation` is 0 but in a forced replay. Times are UTC.
    """

    id: UUID
    type: str
    source: str
    subject: str
    time: datetime
    data_schema: str
    partition_key: str
    sequence: int
    tenant: str
    correlation_id: UUID
    causation_id: UUID | None = None
    generation: int = 0
    traceparent: str | None = None
    replay_id: str | None = None

    def attributes(self) -> dict[str, str | UUID | datetime]:
        """What is in the headers, by their names; ids and times as they are, for whoever writes many as JSON."""
        named: dict[str, str | UUID | datetime] = {
            "ce_specversion": SPEC_VERSION,
            "ce_id": self.id,
            "ce_type": self.type,
            "ce_source": self.source,
            "ce_subject": self.subject,
            "ce_time": self.time,
            "ce_dataschema": self.data_schema,
            "content-type": CONTENT_TYPE,
            "ce_partitionkey": self.partition_key,
            "ce_sequence": str(self.sequence),
            "ce_tenant": self.tenant,
            "ce_correlationid": self.correlation_id,
        }
        if self.causation_id:
            named["ce_causationid"] = self.causation_id
        if self.generation:
            named["ce_generation"] = str(self.generation)
        if self.traceparent:
            named["traceparent"] = self.traceparent
        if self.replay_id:
            named["ce_replayid"] = self.replay_id
        return named

    def headers(self) -> Headers:
        """Kafka headers of this envelope."""
        return [(name, _text(value).encode()) for name, value in self.attributes().items()]

    @classmethod
    def from_headers(cls, headers: "Headers | tuple[tuple[str, bytes], ...]") -> "Envelope":
        """Read an envelope; raises EnvelopeError when an attribute is missing or unreadable."""
        try:
            # Anybody may add headers of his own: only ours are read.
            found = {name: value.decode() for name, value in headers if name in _READ}
            causation = found.get("ce_causationid")
            return cls(
                id=read_id(found["ce_id"]),
                type=found["ce_type"],
                source=found["ce_source"],
                subject=found["ce_subject"],
                time=datetime.fromisoformat(found["ce_time"]),
                data_schema=found["ce_dataschema"],
                partition_key=found["ce_partitionkey"],
                sequence=int(found["ce_sequence"]),
                tenant=found["ce_tenant"],
                correlation_id=read_id(found["ce_correlationid"]),
                causation_id=read_id(causation) if causation else None,
                generation=int(found.get("ce_generation") or 0),
                traceparent=found.get("traceparent"),
                replay_id=found.get("ce_replayid"),
            )
        except KeyError as error:
            raise EnvelopeError(f"header {error.args[0]} is missing") from None
        except UnicodeDecodeError as error:
            name = next(name for name, value in headers if name in _READ and value == error.object)
            raise EnvelopeError(f"header {name} is not UTF-8") from None
        except ValueError as error:
            raise EnvelopeError(f"a header does not hold what it should: {error}") from None

    @property
    def service(self) -> str:
        """The project name of the writing service, from a source such as `/svc/validation`."""
        return self.source.rpartition("/")[2]
