"""CloudEvents 1.0 in the Kafka binding's binary mode:
attributes are headers `ce_…`, the payload is the record's value.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

SPEC_VERSION = "1.0"
CONTENT_TYPE = "application/json"
Headers = list[tuple[str, bytes]]


class EnvelopeError(ValueError):
    """A record whose headers are not a fact's; the text names the attribute."""


@dataclass(frozen=True)
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

    def headers(self) -> Headers:
        """Kafka headers of this envelope."""
        pairs = {
            "ce_specversion": SPEC_VERSION,
            "ce_id": str(self.id),
            "ce_type": self.type,
            "ce_source": self.source,
            "ce_subject": self.subject,
            "ce_time": self.time.astimezone(UTC).isoformat().replace("+00:00", "Z"),
            "ce_dataschema": self.data_schema,
            "content-type": CONTENT_TYPE,
            "ce_partitionkey": self.partition_key,
            "ce_sequence": str(self.sequence),
            "ce_tenant": self.tenant,
            "ce_correlationid": str(self.correlation_id),
        }
        if self.causation_id:
            pairs["ce_causationid"] = str(self.causation_id)
        if self.generation:
            pairs["ce_generation"] = str(self.generation)
        if self.traceparent:
            pairs["traceparent"] = self.traceparent
        if self.replay_id:
            pairs["ce_replayid"] = self.replay_id
        return [(name, value.encode()) for name, value in pairs.items()]

    @classmethod
    def from_headers(cls, headers: "Headers | tuple[tuple[str, bytes], ...]") -> "Envelope":
        """Read an envelope; raises EnvelopeError when an attribute is missing or unreadable."""
        found = dict(headers)

        def text(name: str) -> str:
            try:
                return found[name].decode()
            except KeyError:
                raise EnvelopeError(f"header {name} is missing") from None
            except UnicodeDecodeError:
                raise EnvelopeError(f"header {name} is not UTF-8") from None

        def optional(name: str) -> str | None:
            return text(name) if name in found else None

        try:
            causation = optional("ce_causationid")
            return cls(
                id=UUID(text("ce_id")),
                type=text("ce_type"),
                source=text("ce_source"),
                subject=text("ce_subject"),
                time=datetime.fromisoformat(text("ce_time")),
                data_schema=text("ce_dataschema"),
                partition_key=text("ce_partitionkey"),
                sequence=int(text("ce_sequence")),
                tenant=text("ce_tenant"),
                correlation_id=UUID(text("ce_correlationid")),
                causation_id=UUID(causation) if causation else None,
                generation=int(optional("ce_generation") or 0),
                traceparent=optional("traceparent"),
                replay_id=optional("ce_replayid"),
            )
        except EnvelopeError:
            raise
        except ValueError as error:
            raise EnvelopeError(f"a header does not hold what it should: {error}") from None

    @property
    def service(self) -> str:
        """The project name of the writing service, from a source such as `/svc/validation`."""
        return self.source.rpartition("/")[2]
