"""What a company may send, at which level, and how long it is archived, as the operator grants it."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import AwareDatetime, Field

from contracts.registration import GrantGiven
from mesh import audit, outbox
from mesh.auth import CurrentOperator, CurrentPrincipal
from mesh.bodies import Input, Output
from mesh.errors import Forbidden, NotFound
from mesh.problems import responses
from registration import errors, states
from registration.api import access
from registration.api.access import CurrentEnv
from registration.store import allowances, companies
from registration.store.allowances import Allowance

router = APIRouter(prefix="/v1/companies/{company_id}/grant", tags=["grants"])


class Grant(Input):
    """Transactions granted in all, those already used included; null is no limit."""

    transactions: Annotated[int | None, Field(ge=0, le=1_000_000_000)]
    archive_ends_at: Annotated[
        AwareDatetime | None,
        Field(description="End of the archive option; null is never. Left out, it stays as it is."),
    ] = None
    level: Annotated[
        Literal["free", "plus", "premium"] | None,
        Field(description="Put at this level without payment or end. Left out, it stays as it is."),
    ] = None


class GrantView(Output):
    """What stands."""

    transactions: int | None
    archive_ends_at: datetime | None


def _view(found: Allowance | None) -> GrantView:
    return GrantView(
        transactions=found.granted if found else None, archive_ends_at=found.archive_ends_at if found else None
    )


@router.get("", responses=responses(NotFound))
async def read_grant(company_id: UUID, principal: CurrentPrincipal, env: CurrentEnv) -> GrantView:
    """What your company may send in all; null is no limit."""
    access.is_of(principal, company_id)
    async with env.api.transaction(principal.tenants) as tx:
        found = await allowances.read(tx, company_id)
    return _view(found)


@router.put("", responses=responses(Forbidden, NotFound))
async def set_grant(company_id: UUID, grant: Grant, operator: CurrentOperator, env: CurrentEnv) -> GrantView:
    """Operators say what a company may send, at which level, and when its archive option ends.

    Said twice, it changes nothing.
    """
    async with env.pipeline.transaction() as tx:
        await companies.lock(tx, company_id)
        if await companies.read(tx, company_id) is None:
            raise errors.company_unknown()
        found = await allowances.read(tx, company_id)
        if found is None or found.granted != grant.transactions:
            await states.grant(tx, company_id, grant.transactions)
            given = GrantGiven(company_id=company_id, transactions=grant.transactions, at=env.clock.now())
            outbox.emit(tx, given, subject=company_id, tenant=company_id)
            audit.note(
                tx,
                actor=operator.actor,
                action="grant.set",
                subject=str(company_id),
                company_id=company_id,
                detail={"transactions": grant.transactions},
            )
        stands = await allowances.read(tx, company_id)
        assert stands is not None
        if "archive_ends_at" in grant.model_fields_set and stands.archive_ends_at != grant.archive_ends_at:
            await states.archive_option(tx, company_id, grant.archive_ends_at)
            audit.note(
                tx,
                actor=operator.actor,
                action="grant.archive",
                subject=str(company_id),
                company_id=company_id,
                detail={"ends_at": grant.archive_ends_at and grant.archive_ends_at.isoformat()},
            )
        if grant.level is not None and (stands.plan, stands.plan_until) != (grant.level, None):
            await env.plans.set_level(tx, company_id, env.plans.levels[grant.level], operator.actor)
        return _view(await allowances.read(tx, company_id))
