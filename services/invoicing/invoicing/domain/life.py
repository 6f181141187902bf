"""An invoice's life as a view of its facts: the same set of facts gives the same view, in whatever order they came."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from contracts.status import STATUSES
from invoicing.domain.ledger import Event


class State(StrEnum):
    """How far an invoice has come."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    VALIDATED = "validated"
    SEALED = "sealed"
    FAILED = "failed"
    ARCHIVED = "archived"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"


EDITABLE: Final = frozenset({State.DRAFT, State.FAILED})
CANCELLABLE: Final = frozenset(
    {State.DRAFT, State.SUBMITTED, State.VALIDATED, State.SEALED, State.FAILED, State.ARCHIVED}
)


@dataclass(frozen=True)
class Entry:
    """One fact of the log. `at` is the moment the fact itself tells; `data` its payload as JSON."""

    event_id: UUID
    type: str
    at: datetime
    source: str
    submission_id: UUID | None
    delivery_id: UUID | None
    data: Mapping[str, Any]

    @property
    def attempt(self) -> int:
        """Which submit it was; 0 for other facts."""
        return int(self.data.get("attempt", 0)) if self.type == "invoice.submitted" else 0


@dataclass(frozen=True)
class View:
    """What is shown of an invoice. `status` is the business status (MDT-105) of the live delivery, if one was set."""

    state: State = State.DRAFT
    submission_id: UUID | None = None
    attempt: int = 0
    delivery_id: UUID | None = None
    status: str | None = None
    closed: bool = False
    due_date: str | None = None
    submitted_at: datetime | None = None
    archived_at: datetime | None = None
    delivered_at: datetime | None = None
    failure: Mapping[str, Any] | None = None
    delivery_failures: tuple[str, ...] = ()
    overdue: Mapping[str, Any] | None = None
    """What was awaited in vain, as long as nobody has said anything."""


_APPROVED: Final = frozenset({"205", "206", "211", "212"})


def _order(entry: Entry) -> tuple[datetime, UUID]:
    return entry.at, entry.event_id


def _first(entries: Iterable[Entry], kind: str) -> Entry | None:
    return min((entry for entry in entries if entry.type == kind), key=_order, default=None)


def view(log: Iterable[Entry]) -> View:
    """The view of a set of facts; repetitions count once. Facts of an older submission are kept but never act."""
    entries = sorted({entry.event_id: entry for entry in log}.values(), key=_order)
    submits = [entry for entry in entries if entry.type == "invoice.submitted"]
    latest = max(submits, key=lambda entry: (entry.attempt, entry.event_id), default=None)
    submission = latest.submission_id if latest else None
    own = [entry for entry in entries if entry.submission_id == submission and submission is not None]
    archived = _first(own, "invoice.archived")
    delivery = archived.delivery_id if archived else None
    statuses = [e for e in entries if e.type == "invoice.status_reported" and delivery and e.delivery_id == delivery]
    status = _business_status(statuses)
    delivered = _first(own, "invoice.delivered")
    failed = _first(own, "invoice.failed")
    failures = {str(e.data.get("channel")) for e in own if e.type == "invoice.delivery_failed"}
    return View(
        state=_state(entries, own, submission),
        submission_id=submission,
        attempt=latest.attempt if latest else 0,
        delivery_id=delivery,
        status=str(status.data["code"]) if status else None,
        closed=bool(status and _closes(status)),
        due_date=_due_date(statuses),
        submitted_at=latest.at if latest else None,
        archived_at=archived.at if archived else None,
        delivered_at=delivered.at if delivered else None,
        failure=_failure(failed) if failed and not archived else None,
        delivery_failures=tuple(sorted(failures)),
        overdue=_overdue(entries, delivery) if not statuses else None,
    )


def _state(entries: list[Entry], own: list[Entry], submission: UUID | None) -> State:
    kinds = {entry.type for entry in own}
    if any(e.type == "invoice.cancelled" and e.submission_id in (None, submission) for e in entries):
        return State.CANCELLED
    ladder = (
        ("invoice.delivered", State.DELIVERED),
        ("invoice.archived", State.ARCHIVED),
        ("invoice.failed", State.FAILED),
        ("invoice.sealed", State.SEALED),
        ("invoice.validated", State.VALIDATED),
        ("invoice.submitted", State.SUBMITTED),
    )
    return next((state for kind, state in ladder if kind in kinds), State.DRAFT)


def _closes(entry: Entry) -> bool:
    known = STATUSES.get(str(entry.data["code"]))
    return bool(known and known.closes)


def _business_status(statuses: list[Entry]) -> Entry | None:
    """The latest status; one that closes (210, 213) stands against whatever comes later."""
    closing = [entry for entry in statuses if _closes(entry)]
    if closing:
        return closing[0]
    return statuses[-1] if statuses else None


def _due_date(statuses: list[Entry]) -> str | None:
    """The due date of the latest status that names one; the buyer sets it, and it shows from the approval on."""
    if not any(entry.data["code"] in _APPROVED for entry in statuses):
        return None
    named = [str(entry.data["due_date"]) for entry in statuses if entry.data.get("due_date")]
    return named[-1] if named else None


def _overdue(entries: list[Entry], delivery: UUID | None) -> Mapping[str, Any] | None:
    noticed = [e for e in entries if e.type == "invoice.overdue" and delivery and e.delivery_id == delivery]
    return {name: noticed[0].data[name] for name in ("expected", "deadline")} if noticed else None


def _failure(entry: Entry) -> Mapping[str, Any]:
    return {
        "stage": entry.data.get("stage"),
        "reason": entry.data.get("reason"),
        "findings": entry.data.get("findings", []),
    }


_STEPS: Final = {
    "invoice.submitted": 0,
    "invoice.validated": 1,
    "invoice.sealed": 2,
    "invoice.failed": 3,
    "invoice.archived": 4,
    "invoice.delivered": 5,
    "invoice.delivery_failed": 5,
}


def timeline(log: Iterable[Entry]) -> list[Entry]:
    """The facts in the order in which they happened, the same for any order in which they were learnt.

    Their own times decide, but a step never comes before the step it follows from: clocks differ, and a time stamp
    authority counts whole seconds.
    """
    entries = sorted({entry.event_id: entry for entry in log}.values(), key=_order)
    reached: dict[UUID, datetime] = {}
    at: dict[UUID, datetime] = {}
    for entry in sorted(entries, key=lambda entry: (_STEPS.get(entry.type, len(_STEPS)), *_order(entry))):
        ids = [found for found in (entry.submission_id, entry.delivery_id) if found]
        at[entry.event_id] = max([entry.at, *(reached[found] for found in ids if found in reached)])
        if entry.type in _STEPS:
            reached.update(dict.fromkeys(ids, at[entry.event_id]))
    return sorted(entries, key=lambda entry: (at[entry.event_id], _STEPS.get(entry.type, len(_STEPS)), *_order(entry)))


def events_of(log: Iterable[Entry], submission: UUID) -> frozenset[Event]:
    """What the ledger is told of one submission."""
    entries = list(log)
    own = [entry for entry in entries if entry.submission_id == submission]
    kinds = {entry.type for entry in own}
    deliveries = {entry.delivery_id for entry in own if entry.type == "invoice.archived"}
    closed = any(e.type == "invoice.status_reported" and e.delivery_id in deliveries and _closes(e) for e in entries)
    named = {
        "invoice.submitted": Event.SUBMITTED,
        "invoice.failed": Event.FAILED,
        "invoice.archived": Event.ARCHIVED,
        "invoice.cancelled": Event.ENDED,
    }
    return frozenset(named[kind] for kind in kinds if kind in named) | (
        frozenset({Event.ENDED}) if closed else frozenset()
    )
