"""The topics, who may write which fact to them, and how long they keep it.

Kafka ACLs, manifests and tests are made from here.
"""

from dataclasses import dataclass
from typing import Final, Literal

REGISTRATION_STATE: Final = "navette.registration.state.v1"
REGISTRATION_EVENTS: Final = "navette.registration.events.v1"
RULEBOOKS_STATE: Final = "navette.rulebooks.state.v1"
ORDERS_EVENTS: Final = "navette.orders.events.v1"
INVOICES_EVENTS: Final = "navette.invoices.events.v1"

SERVICES: Final = ("registration", "po-sync", "invoicing", "validation", "signing", "archive", "notifications")
PARTITIONS: Final = 12
PARTITIONS_LOCAL: Final = 6
_DAY_MS: Final = 86_400_000

Kind = Literal["state", "events", "dlq", "replay"]


@dataclass(frozen=True)
class Topic:
    """One topic. `retention_ms` of None keeps records for good; a state topic is compacted instead."""

    name: str
    kind: Kind
    writers: frozenset[str]
    readers: frozenset[str]
    retention_ms: int | None = None

    @property
    def settings(self) -> dict[str, str]:
        """Topic-level configuration as Kafka names it."""
        base = {"message.timestamp.type": "CreateTime", "max.message.bytes": "1048576"}
        if self.kind == "state":
            return base | {
                "cleanup.policy": "compact",
                "delete.retention.ms": str(7 * _DAY_MS),
                "min.compaction.lag.ms": "3600000",
            }
        return base | {"cleanup.policy": "delete", "retention.ms": str(self.retention_ms or -1)}


def dlq_topic(service: str) -> str:
    """Dead letters of one service."""
    return f"navette.dlq.{service}.v1"


def replay_topic(service: str) -> str:
    """What a replay feeds to one service; nobody else reads it."""
    return f"navette.replay.{service}.v1"


_ALL = frozenset(SERVICES)

TOPICS: Final[tuple[Topic, ...]] = (
    Topic(REGISTRATION_STATE, "state", frozenset({"registration"}), _ALL - {"registration"}),
    Topic(REGISTRATION_EVENTS, "events", frozenset({"registration"}), frozenset({"notifications"})),
    Topic(RULEBOOKS_STATE, "state", frozenset({"validation"}), frozenset({"invoicing", "signing"})),
    Topic(ORDERS_EVENTS, "events", frozenset({"po-sync"}), frozenset({"invoicing", "notifications"})),
    Topic(
        INVOICES_EVENTS,
        "events",
        frozenset({"invoicing", "validation", "signing", "archive", "notifications"}),
        frozenset({"po-sync", "invoicing", "validation", "signing", "archive", "notifications"}),
    ),
    *(Topic(dlq_topic(s), "dlq", frozenset({s}), frozenset({s}), 30 * _DAY_MS) for s in SERVICES),
    *(Topic(replay_topic(s), "replay", frozenset({s}), frozenset({s}), 3 * _DAY_MS) for s in SERVICES),
)

WRITERS: Final[dict[str, str]] = {
    "company.state": "registration",
    "unit.state": "registration",
    "user.state": "registration",
    "connection.state": "registration",
    "grant.state": "registration",
    "connection.requested": "registration",
    "connection.accepted": "registration",
    "connection.refused": "registration",
    "connection.disconnected": "registration",
    "company.activated": "registration",
    "consent.given": "registration",
    "grant.given": "registration",
    "rulebook.state": "validation",
    "order.published": "po-sync",
    "order.changed": "po-sync",
    "receipt.recorded": "po-sync",
    "order.responded": "po-sync",
    "despatch.sent": "po-sync",
    "order.archived": "po-sync",
    "order.closed": "po-sync",
    "invoice.submitted": "invoicing",
    "invoice.status_reported": "invoicing",
    "invoice.cancelled": "invoicing",
    "invoice.overdue": "invoicing",
    "paper.refused": "invoicing",
    "invoice.validated": "validation",
    "invoice.sealed": "signing",
    "invoice.archived": "archive",
    "invoice.eliminated": "archive",
    "invoice.delivered": "notifications",
    "invoice.delivery_failed": "notifications",
}
"""The one service that may write a type. `invoice.failed` is the exception: see `FAILING`."""

FAILING: Final = frozenset({"validation", "signing", "archive", "notifications", "invoicing"})
"""Who may write `invoice.failed`: each step for its own refusal, and on discarding a dead letter."""


def may_write(service: str, type_name: str) -> bool:
    """Whether a service is a lawful source of a fact type."""
    return service in FAILING if type_name == "invoice.failed" else WRITERS.get(type_name) == service
