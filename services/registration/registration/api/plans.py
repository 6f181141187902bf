"""What a company may send and how long it is archived: its level, and packs it buys."""

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
from mesh.principal import Principal
from mesh.problems import responses
from registration import errors
from registration.api import access
from registration.api.access import CurrentEnv
from registration.domain import plans
from registration.env import Env
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


class LevelView(Output):
    """A level: what it gives each month, and what it costs."""

    code: str
    free_a_month: int
    amount: Annotated[Decimal, Field(description="For twelve months, before VAT")]
    due_now: Annotated[
        Decimal | None, Field(description="What going up to it costs today; null: it is not above yours")
    ]
    currency: str = plans.CURRENCY
    archive: Annotated[bool, Field(description="Whether the ten-year archive is included")]
    packs_off: Annotated[Decimal, Field(description="What packs cost less, as a share: 0.10")]
    support: Annotated[dict[str, str], Field(description="When support answers, by language")]


class PlanView(Output):
    """What stands for your company. `granted` counts from the first day; invoicing says how much of it is used."""

    plan: Annotated[str, Field(description="The code of your level")]
    plan_until: Annotated[date | None, Field(description="When the level's term ends; null: it has none")]
    next_plan: Annotated[str | None, Field(description="The level that follows; null: the same goes on")]
    levels: Annotated[list[LevelView], Field(description="From the lowest to the highest")]
    granted: Annotated[int | None, Field(description="Transactions in all; null is no limit")]
    free_a_month: int
    free_until: Annotated[date | None, Field(description="When free transactions are granted again")]
    archive_ends_at: Annotated[
        datetime | None,
        Field(description="What is sent before is kept ten years with its container; null: always"),
    ]
    packs: list[PackView]
    what_counts: dict[str, str]


class WantedLevel(Input):
    """Which level."""

    level: Literal["free", "plus", "premium"]


class LevelChange(Output):
    """What became of it. `chosen`: nothing is paid; a lower level follows at the end of the term."""

    state: Literal["chosen", "started", "paid", "refused"]
    plan: PlanView


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
    """Your level, what was granted, and what can be bought."""
    return await _plan(env, principal)


async def _plan(env: Env, principal: Principal) -> PlanView:
    async with env.api.transaction(principal.tenants) as tx:
        found = await allowances.read(tx, principal.company_id)
    stands = env.plans.levels[found.plan if found else plans.FREE]
    until = found.plan_until if found else None
    today = env.plans.today()
    return PlanView(
        plan=found.plan if found else "unlimited",
        plan_until=until,
        next_plan=found.next_plan if found else None,
        levels=[
            LevelView(
                code=level.code,
                free_a_month=level.free_a_month,
                amount=level.amount,
                due_now=plans.due_now(level, stands, until, today) if plans.is_above(level, stands) else None,
                archive=level.archive,
                packs_off=level.off,
                support=dict(level.support),
            )
            for level in env.plans.levels.values()
        ],
        granted=found.granted if found else None,
        free_a_month=stands.free_a_month,
        free_until=found.free_until if found else None,
        archive_ends_at=found.archive_ends_at if found else None,
        packs=[PackView.model_validate(pack) for pack in plans.packs_at(stands).values()],
        what_counts=dict(plans.COUNTED),
    )


@router.put("/level", responses=responses(Forbidden, Conflict, Unavailable))
async def change_level(wanted: WantedLevel, principal: CurrentPrincipal, env: CurrentEnv) -> LevelChange:
    """Go up, which is paid at once and counts once it is, or down at the end of the term. Your own level takes a choice
    of another one back."""
    access.administrates(principal)
    state = await env.plans.change_level(principal.company_id, env.plans.levels[wanted.level], principal.actor)
    return LevelChange.model_validate({"state": state, "plan": await _plan(env, principal)})


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
    """Buy a pack, at your level's price. `started`: the payment is still under way and is settled by itself."""
    access.administrates(principal)
    purchase_id = new_id()
    async with command.transaction() as tx:
        stands = await allowances.read(tx, principal.company_id)
        pack = plans.packs_at(env.plans.levels[stands.plan if stands else plans.FREE])[wanted.pack]
        if pack.archive_months and (stands is None or stands.archive_ends_at is None):
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
