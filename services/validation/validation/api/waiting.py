"""`GET /v1/checks/waiting`: submitted invoices whose check waits for something that is away, and for what."""

from datetime import datetime
from typing import Annotated, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request

from contracts.faults import Finding, Severity
from contracts.registration import Right
from contracts.status import Party
from mesh.auth import CurrentPrincipal
from mesh.bodies import Output
from mesh.vies import VIES
from rules.texts import text_of
from validation.domain.vat_numbers import WAITS
from validation.env import Env
from validation.store import waiting

routes = APIRouter(prefix="/v1", tags=["checks"])
_SOMETHING: Final = "NAV-WAITS-01"


class Waiting(Output):
    """An invoice that waits: it is neither passed nor refused, and goes on by itself. `next_at`: the next try."""

    invoice_id: UUID
    since: datetime
    next_at: datetime
    finding: Finding
    text: str


@routes.get("/checks/waiting")
async def waiting_checks(
    request: Request,
    principal: CurrentPrincipal,
    invoice_id: Annotated[UUID | None, Query(description="Of one invoice only")] = None,
    language: Literal["fr", "en"] = "fr",
) -> list[Waiting]:
    """Your submitted invoices whose check waits, each with the reason; at most 200."""
    principal.require(Right.INVOICES_READ)
    principal.require_scope("invoices:read")
    env: Env = request.app.state.env
    async with env.pipeline.transaction() as tx:
        rows = await waiting.of_suppliers(tx, principal.tenants, invoice_id)
    found = [(row, _reason(row["reason"])) for row in rows]
    return [
        Waiting(
            invoice_id=UUID(row["invoice_id"]),
            since=row["parked_at"],
            next_at=row["next_at"],
            finding=finding,
            text=text_of(finding, language),
        )
        for row, finding in found
    ]


def _reason(parked: str) -> Finding:
    """`vies DE: answers 503` is told by its name; what else is away is the platform's own affair."""
    resource, _, country = parked.partition(":")[0].partition(" ")
    rule, parameters = (WAITS, {"country": country}) if resource == VIES else (_SOMETHING, {})
    return Finding(rule=rule, severity=Severity.FATAL, parameters=parameters, fixed_by=Party.PLATFORM)
