"""What a company may send and how long it is archived: its plan, and packs it buys."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import ConfigDict, Field

from contracts.ids import new_id
from mesh import audit
from mesh.auth import CurrentPrincipal
from mesh.bodies import Input, Output
from mesh.commands import CurrentCommand
from mesh.errors import Conflict, Forbidden, Unavailable
from mesh.problems import responses
from registration import errors
from registration.api import access
from registration.api.access import CurrentEnv
from registration.domain import plans
from registration.store import allowances, purchases

router = APIRouter(prefix="/v1/plans", tags=["plans"])


class PackView(Output):
    """A pack: transactions, or months of the archive option; `amount` is before VAT."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    code: str
    transactions: int
    archive_months: int
    amount: Decimal
    currency: str = plans.CURRENCY


class PlanView(Output):
    """What stands for your company. `granted` counts from the first day; invoicing says how much of it is used."""

    plan: str
    granted: Annotated[int | None, Field(description="Transactions in all; null is no limit")]
    free_a_month: int
    free_until: Annotated[date | None, Field(description="When free transactions are granted again")]
    archive_ends_at: Annotated[
        datetime | None,
        Field(description="What is sent before is kept ten years with its container; null: always"),
    ]
    packs: list[PackView]
    what_counts: dict[str, str]


class NewPurchase(Input):
    """Which pack."""

    pack: Literal["S", "M", "L", "A"]


class PurchaseView(Output):
    """A purchase; the grant of a paid one is in force."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    id: UUID
    pack: str
    transactions: int
    archive_months: int
    amount: Decimal
    currency: str
    state: Literal["started", "paid", "refused"]
    bought_at: datetime


@router.get("")
async def read_plan(principal: CurrentPrincipal, env: CurrentEnv) -> PlanView:
    """Your plan, what was granted, and what can be bought."""
    async with env.api.transaction(principal.tenants) as tx:
        found = await allowances.read(tx, principal.company_id)
    return PlanView(
        plan=found.plan if found else "unlimited",
        granted=found.granted if found else None,
        free_a_month=env.plans.free_a_month,
        free_until=found.free_until if found else None,
        archive_ends_at=found.archive_ends_at if found else None,
        packs=[PackView.model_validate(pack) for pack in plans.PACKS.values()],
        what_counts=dict(plans.COUNTED),
    )


@router.get("/purchases", responses=responses(Forbidden))
async def list_purchases(principal: CurrentPrincipal, env: CurrentEnv) -> list[PurchaseView]:
    """What your company bought, the newest first."""
    access.administrates(principal)
    async with env.api.transaction(principal.tenants) as tx:
        found = await purchases.of_company(tx, principal.company_id)
    return [PurchaseView.model_validate(each) for each in found]


@router.post(
    "/purchases",
    status_code=201,
    response_model=PurchaseView,
    responses=responses(Forbidden, Conflict, Unavailable),
)
async def buy_pack(
    wanted: NewPurchase, principal: CurrentPrincipal, command: CurrentCommand, env: CurrentEnv
) -> Response:
    """Buy a pack. `started`: the payment is still under way and is settled by itself."""
    access.administrates(principal)
    pack, purchase_id = plans.PACKS[wanted.pack], new_id()
    async with command.transaction() as tx:
        if pack.archive_months:
            stands = await allowances.read(tx, principal.company_id)
            if stands is None or stands.archive_ends_at is None:
                raise errors.archive_without_end()
        await purchases.insert(tx, purchase_id, principal.company_id, pack, plans.CURRENCY, principal.actor)
        audit.note(
            tx,
            actor=principal.actor,
            action="plan.buy",
            subject=str(purchase_id),
            company_id=principal.company_id,
            detail={"pack": pack.code},
        )
        found = await purchases.read(tx, purchase_id)
        assert found is not None
        answer = await command.answer(tx, 201, PurchaseView.model_validate(found))
    state = await env.plans.settle(found)
    settled = PurchaseView.model_validate(found).model_copy(update={"state": state})
    return Response(settled.model_dump_json(), answer.status_code, media_type="application/json")
