"""CloudEvents 1.0 in the Kafka binding's binary mode:
attributes are headers `ce_…`, the payload is the record's value.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

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


def attributes(
    *,
    id: UUID,  # noqa: A002 - CloudEvents' name
    type: str,  # noqa: A002 - CloudEvents' name
    source: str,
    subject: str,
    time: datetime,
    data_schema: str,
    partition_key: str,
    sequence: int,
    tenant: str,
    correlation_id: UUID,
    causation_id: UUID | None = None,
    generation: int = 0,
    traceparent: str | None = None,
    replay_id: str | None = None,
) -> dict[str, str]:
    """Header names and their text, of what an `Envelope` holds."""
    named = {
        "ce_specversion": SPEC_VERSION,
        "ce_id": str(id),
        "ce_type": type,
        "ce_source": source,
        "ce_subject": subject,
        "ce_time": time.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "ce_dataschema": data_schema,
        "content-type": CONTENT_TYPE,
        "ce_partitionkey": partition_key,
        "ce_sequence": str(sequence),
        "ce_tenant": tenant,
        "ce_correlationid": str(correlation_id),
    }
    if causation_id:
        named["ce_causationid"] = str(causation_id)
    if generation:
        named["ce_generation"] = str(generation)
    if traceparent:
        named["traceparent"] = traceparent
    if replay_id:
        named["ce_replayid"] = replay_id
    return named


@dataclass(frozen=True, slots=True)
class Envelope:
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

    def attributes(self) -> dict[str, str]:
        """Header names and their text."""
        return attributes(**{name: getattr(self, name) for name in self.__slots__})

    def headers(self) -> Headers:
        """Kafka headers of this envelope."""
        return [(name, value.encode()) for name, value in self.attributes().items()]

    @classmethod
    def from_headers(cls, headers: "Headers | tuple[tuple[str, bytes], ...]") -> "Envelope":
        """Read an envelope; raises EnvelopeError when an attribute is missing or unreadable."""
        name = ""
        found: dict[str, str] = {}
        try:
            for name, value in headers:
                if name in _READ:  # anybody may add headers of his own
                    found[name] = value.decode()
            causation = found.get("ce_causationid")
            return cls(
                id=UUID(found["ce_id"]),
                type=found["ce_type"],
                source=found["ce_source"],
                subject=found["ce_subject"],
                time=datetime.fromisoformat(found["ce_time"]),
                data_schema=found["ce_dataschema"],
                partition_key=found["ce_partitionkey"],
                sequence=int(found["ce_sequence"]),
                tenant=found["ce_tenant"],
                correlation_id=UUID(found["ce_correlationid"]),
                causation_id=UUID(causation) if causation else None,
                generation=int(found.get("ce_generation") or 0),
                traceparent=found.get("traceparent"),
                replay_id=found.get("ce_replayid"),
            )
        except KeyError as error:
            raise EnvelopeError(f"header {error.args[0]} is missing") from None
        except UnicodeDecodeError:
            raise EnvelopeError(f"header {name} is not UTF-8") from None
        except ValueError as error:
            raise EnvelopeError(f"a header does not hold what it should: {error}") from None

    @property
    def service(self) -> str:
        """The project name of the writing service, from a source such as `/svc/validation`."""
        return self.source.rpartition("/")[2]
