"""A company is at one level: up once it is paid, down at the end of the term, or where the operator puts it."""

from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from registration import states
from registration.domain import plans
from registration.domain.plans import LEVELS
from registration.payments import Payment
from registration.plans import Plans
from registration.store import allowances
from registration.testing import OPERATOR, SUPPLIER, SUPPLIER_COMPANY, Running

pytestmark = pytest.mark.connected
GRANT = f"/v1/companies/{SUPPLIER_COMPANY}/grant"
FREE, PLUS, PREMIUM = LEVELS.values()


class Refusing:
    """A provider that charges nobody."""

    async def charge(self, purchase_id: UUID, amount: Decimal, currency: str) -> Payment:
        return Payment("refused", "-")


@pytest.fixture(autouse=True)
async def at_the_lowest(running: Running) -> AsyncGenerator[None]:
    """The supplier has a limit and pays for nothing yet; afterwards it has none again."""
    async with running.env.pipeline.transaction() as tx:
        await states.grant(tx, SUPPLIER_COMPANY, 10)
        await allowances.set_level(tx, SUPPLIER_COMPANY, "free", None)
        await tx.execute("delete from purchase where company_id = :id", id=SUPPLIER_COMPANY)
    yield
    async with running.env.pipeline.transaction() as tx:
        await states.grant(tx, SUPPLIER_COMPANY, None)


async def _level(running: Running, level: str) -> dict[str, Any]:
    async with running.acting(SUPPLIER) as program:
        reply = await program.put("/v1/plans/level", json={"level": level})
        assert reply.status_code == 200, reply.text
        return reply.json()


async def _over(running: Running) -> None:
    """The term of the supplier ends today."""
    async with running.env.pipeline.transaction() as tx:
        await tx.execute("update allowance set plan_until = current_date - 1 where plan_until is not null")


async def test_going_up_is_paid_and_gives_more_at_once_as_a_fact(running: Running) -> None:
    facts = len(await running.facts())
    up = await _level(running, "plus")
    plan = up["plan"]
    assert (up["state"], plan["plan"], plan["granted"]) == ("paid", "plus", 10 + PLUS.free_a_month - FREE.free_a_month)
    assert plan["plan_until"] == plans.months_after(running.env.plans.today(), 12).isoformat()
    assert {pack["code"]: pack["amount"] for pack in plan["packs"]}["S"] == "22.50"
    assert [name for name, _ in (await running.facts())[facts:]] == [
        "navette.grant.state.v1",
        "navette.grant.given.v1",
    ]
    again = await _level(running, "plus")
    assert (again["state"], again["plan"]["granted"]) == ("chosen", plan["granted"])
    async with running.acting(SUPPLIER) as program:
        (bought,) = (await program.get("/v1/plans/purchases")).json()
    assert (bought["pack"], bought["amount"]) == ("plus", "240.00")


async def test_each_month_grants_what_the_level_says(running: Running) -> None:
    granted = (await _level(running, "premium"))["plan"]["granted"]
    async with running.env.pipeline.transaction() as tx:
        await tx.execute("update allowance set free_until = current_date where company_id = :id", id=SUPPLIER_COMPANY)
    await running.env.plans.grant_the_month()
    async with running.acting(SUPPLIER) as program:
        assert (await program.get("/v1/plans")).json()["granted"] == granted + PREMIUM.free_a_month


async def test_what_is_not_paid_changes_nothing(running: Running) -> None:
    refusing = Plans(running.env.pipeline, Refusing(), running.env.clock, free_a_month=10)
    assert await refusing.change_level(SUPPLIER_COMPANY, PLUS, "user:x") == "refused"
    async with running.acting(SUPPLIER) as program:
        plan = (await program.get("/v1/plans")).json()
    assert (plan["plan"], plan["granted"]) == ("free", 10)


async def test_down_waits_for_the_end_of_the_term_and_can_be_taken_back(running: Running) -> None:
    await _level(running, "plus")
    down = await _level(running, "free")
    assert (down["state"], down["plan"]["plan"], down["plan"]["next_plan"]) == ("chosen", "plus", "free")
    assert (await _level(running, "plus"))["plan"]["next_plan"] is None
    await _level(running, "free")
    await _over(running)
    assert await running.env.plans.end_terms() == 1
    async with running.acting(SUPPLIER) as program:
        plan = (await program.get("/v1/plans")).json()
    assert (plan["plan"], plan["plan_until"], plan["next_plan"]) == ("free", None, None)


async def test_a_term_goes_on_when_it_is_paid_and_falls_when_it_is_not(running: Running) -> None:
    await _level(running, "plus")
    for provider, plan_then, bought in ((running.env.plans, "plus", 2), (None, "free", 3)):
        runs = provider or Plans(running.env.pipeline, Refusing(), running.env.clock, free_a_month=10)
        await _over(running)
        assert (await runs.end_terms(), await runs.end_terms()) == (1, 0)
        await runs.settle_what_is_open()
        async with running.acting(SUPPLIER) as program:
            assert (await program.get("/v1/plans")).json()["plan"] == plan_then
            assert len((await program.get("/v1/plans/purchases")).json()) == bought


async def test_the_operator_puts_a_company_at_a_level_without_payment_or_end(running: Running) -> None:
    async with running.acting(OPERATOR) as operator, running.acting(SUPPLIER) as program:
        for _ in range(2):
            reply = await operator.put(GRANT, json={"transactions": 10, "level": "premium"})
            assert reply.status_code == 200, reply.text
        plan = (await program.get("/v1/plans")).json()
        assert (plan["plan"], plan["plan_until"]) == ("premium", None)
        assert (await program.put(GRANT, json={"transactions": 10, "level": "free"})).status_code == 403
    async with running.env.pipeline.transaction() as tx:
        noted = await tx.value(
            "select count(*) from audit where action = 'plan.level' and actor like 'user:%'"
            " and detail ->> 'level' = 'premium' and detail ->> 'until' is null"
        )
    assert noted == 1


def test_going_up_in_the_middle_of_a_term_takes_off_what_is_left_of_it() -> None:
    today = date(2026, 3, 2)
    assert plans.due_now(PLUS, FREE, None, today) == PLUS.amount
    assert plans.due_now(PREMIUM, PLUS, plans.months_after(today, 12), today) == PREMIUM.amount - PLUS.amount
    assert plans.due_now(PREMIUM, PLUS, today, today) == PREMIUM.amount
    assert plans.due_now(replace(PREMIUM, amount=Decimal("1.00")), PLUS, date(2027, 3, 2), today) == 0
