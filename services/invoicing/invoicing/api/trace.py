"""`/v1/ops/invoicing/trace/{invoice_id}` and `/paths`: every step of invoices, for operators, whatever the tenant."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from contracts.ids import milliseconds
from invoicing import errors
from invoicing.api.access import CurrentEnv
from invoicing.domain.life import Entry
from invoicing.store import facts
from mesh.auth import CurrentOperator
from mesh.bodies import Output
from mesh.errors import NotFound
from mesh.freshness import FreshRoute
from mesh.problems import responses

router = APIRouter(prefix="/v1/ops/invoicing", tags=["operations"], route_class=FreshRoute)
_OBJECTS = ("original", "document")


class TraceStep(Output):
    """One fact: where it is from, when it happened, how long after the one before, which attempt, which object."""

    event_id: UUID
    time: datetime
    milliseconds: int
    source: str
    type: str
    submission: UUID | None
    attempt: int
    object: str | None
    note: str | None


class InvoicePath(Output):
    """The way of one invoice so far.

    `ordered_at` is when the first of its orders arrived, null for one without.
    """

    invoice_id: UUID
    number: str
    state: str
    attempt: int
    order_numbers: list[str]
    ordered_at: datetime | None
    steps: list[TraceStep]


@router.get("/paths")
async def newest_paths(
    _: CurrentOperator, env: CurrentEnv, limit: Annotated[int, Query(ge=1, le=50)] = 10
) -> list[InvoicePath]:
    """The invoices that were submitted last, newest first, each with its facts."""
    async with env.pipeline.transaction() as tx:
        newest = await facts.submitted_last(tx, limit)
        logs = await facts.logs(tx, [row["id"] for row in newest])
    return [
        InvoicePath(
            invoice_id=row["id"],
            number=row["number"],
            state=row["state"],
            attempt=row["attempt"],
            order_numbers=row["order_numbers"],
            ordered_at=_made_at(row["order_id"]) if row["order_id"] else None,
            steps=_steps(logs[row["id"]]),
        )
        for row in newest
    ]


def _made_at(identifier: UUID) -> datetime:
    """When an id was made: the first 48 bits of a UUIDv7 (RFC 9562, §5.7)."""
    return datetime.fromtimestamp(milliseconds(identifier) / 1000, UTC)


@router.get("/trace/{invoice_id}", responses=responses(NotFound))
async def trace_invoice(invoice_id: UUID, _: CurrentOperator, env: CurrentEnv) -> list[TraceStep]:
    """The facts of an invoice in the order of their own times."""
    async with env.pipeline.transaction() as tx:
        log = (await facts.logs(tx, [invoice_id]))[invoice_id]
    if not log:
        raise errors.invoice_unknown()
    return _steps(log)


def _steps(log: Sequence[Entry]) -> list[TraceStep]:
    attempts = {entry.submission_id: entry.attempt for entry in log if entry.attempt}
    steps: list[TraceStep] = []
    before = log[0].at if log else None
    for entry in log:
        held = next((entry.data[name] for name in _OBJECTS if isinstance(entry.data.get(name), dict)), None)
        steps.append(
            TraceStep(
                event_id=entry.event_id,
                time=entry.at,
                milliseconds=round((entry.at - (before or entry.at)).total_seconds() * 1000),
                source=entry.source.removeprefix("/svc/"),
                type=entry.type,
                submission=entry.submission_id,
                attempt=attempts.get(entry.submission_id, 0),
                object=f"{held['bucket']}/{held['key']}" if held else None,
                note=entry.data.get("reason") or entry.data.get("code"),
            )
        )
        before = entry.at
    return steps
