"""`/v1/ops/invoicing/trace/{invoice_id}`: every step of an invoice, for operators, whatever the tenant."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter

from invoicing import errors
from invoicing.api.access import CurrentEnv
from invoicing.store import facts
from mesh.auth import CurrentOperator
from mesh.bodies import Output
from mesh.errors import NotFound
from mesh.problems import responses

router = APIRouter(prefix="/v1/ops/invoicing", tags=["operations"])
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


@router.get("/trace/{invoice_id}", responses=responses(NotFound))
async def trace_invoice(invoice_id: UUID, _: CurrentOperator, env: CurrentEnv) -> list[TraceStep]:
    """The facts of an invoice in the order of their own times."""
    async with env.pipeline.transaction() as tx:
        log = (await facts.logs(tx, [invoice_id]))[invoice_id]
    if not log:
        raise errors.invoice_unknown()
    attempts = {entry.submission_id: entry.attempt for entry in log if entry.attempt}
    steps: list[TraceStep] = []
    before = log[0].at
    for entry in log:
        held = next((entry.data[name] for name in _OBJECTS if isinstance(entry.data.get(name), dict)), None)
        steps.append(
            TraceStep(
                event_id=entry.event_id,
                time=entry.at,
                milliseconds=round((entry.at - before).total_seconds() * 1000),
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
