"""Grants: the first of a new company, each month's free ones as its level says, and packs that were bought."""

from contextlib import suppress
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

from contracts.ids import new_id
from contracts.registration import GrantGiven
from mesh import audit, outbox
from mesh.clock import Clock
from mesh.db import Database
from mesh.errors import Unavailable
from mesh.transaction import Transaction
from registration import errors, states
from registration.domain import plans
from registration.domain.plans import FREE, LEVEL_MONTHS, LEVELS, Level, Pack
from registration.payments import Payments
from registration.store import allowances, purchases
from registration.store.allowances import Allowance
from registration.store.purchases import Purchase

_AT_ONCE: Final = 100
_ITSELF: Final = "system:registration"
"""Who buys when a term goes on."""


class Plans:
    """Grants transactions; `free_a_month` at the lowest level, to every company that has a limit."""

    def __init__(self, database: Database, payments: Payments, clock: Clock, *, free_a_month: int) -> None:
        self._database = database
        self._payments = payments
        self._clock = clock
        self.levels = LEVELS | {FREE: replace(LEVELS[FREE], free_a_month=free_a_month)}

    async def welcome(self, tx: Transaction, company_id: UUID) -> None:
        """A new company may send its free invoices at once, and has a limit from the start. For the pipeline role."""
        first = self.levels[FREE].free_a_month
        await states.grant(tx, company_id, first)
        await purchases.set_free_until(tx, company_id, plans.next_month(self._clock.today(plans.ZONE)))
        self._given(tx, company_id, first)

    async def grant_the_month(self) -> int:
        """Add this month's free transactions where they are due; returns to how many companies."""
        today = self.today()
        async with self._database.transaction() as tx:
            due = await purchases.free_is_due(tx, today, _AT_ONCE)
            for company_id, plan in due:
                await self._add(tx, company_id, self.levels[plan].free_a_month)
                await purchases.set_free_until(tx, company_id, plans.next_month(today))
        return len(due)

    async def settle(self, purchase: Purchase) -> str:
        """Charge for a purchase and grant what it holds; done again, it changes nothing. Returns its state.

        Raises Unavailable when the provider does not answer; the purchase is then settled later.
        """
        payment = await self._payments.charge(purchase.id, purchase.amount, purchase.currency)
        async with self._database.transaction() as tx:
            if not await purchases.settle(tx, purchase.id, payment.state, payment.reference):
                return payment.state
            if purchase.pack in self.levels:
                await self._level_settled(tx, purchase, paid=payment.state == "paid")
            if payment.state == "paid":
                if purchase.transactions:
                    await self._add(tx, purchase.company_id, purchase.transactions)
                if purchase.archive_months:
                    await self._prolong(tx, purchase.company_id, purchase.archive_months)
                audit.note(
                    tx,
                    actor=purchase.bought_by,
                    action="plan.bought",
                    subject=str(purchase.id),
                    company_id=purchase.company_id,
                    detail={
                        "pack": purchase.pack,
                        "transactions": purchase.transactions,
                        "archive_months": purchase.archive_months,
                    },
                )
        return payment.state

    async def settle_what_is_open(self) -> None:
        """Purchases whose request died between charging and granting; each has its turn, whatever became of another."""
        async with self._database.transaction() as tx:
            found = await purchases.unsettled(tx)
        for purchase in found:
            with suppress(Unavailable):
                await self.settle(purchase)

    def today(self) -> date:
        """The day, where months begin."""
        return self._clock.today(plans.ZONE)

    async def change_level(self, company_id: UUID, wanted: Level, actor: str) -> str:
        """Take a company up, which is paid at once, or down, at the end of the term that was paid.

        Returns the payment's state, or `chosen` where nothing is paid. Said twice, it changes nothing. Raises Conflict
        (`LEVEL_UNDER_WAY`, `NO_PLAN`), Unavailable as `settle`.
        """
        async with self._database.transaction() as tx:
            stands = await allowances.lock(tx, company_id)
            if stands is None:
                raise errors.no_plan()
            if await purchases.is_open(tx, company_id, self.levels):
                raise errors.level_under_way()
            current = self.levels[stands.plan]
            if not plans.is_above(wanted, current):
                await self._go_down(tx, company_id, wanted, stands, actor)
                return "chosen"
            more = wanted.free_a_month - current.free_a_month
            amount = plans.due_now(wanted, current, stands.plan_until, self.today())
            purchase = await self._begin(tx, company_id, wanted, more, amount, actor)
        return await self.settle(purchase)

    async def end_terms(self) -> int:
        """Levels whose term is over go on, or give way to what was chosen; returns how many there were."""
        today = self.today()
        async with self._database.transaction() as tx:
            due = await allowances.term_is_over(tx, today, _AT_ONCE)
            for company_id in due:
                stands = await allowances.read(tx, company_id)
                assert stands is not None
                level = self.levels[stands.next_plan or stands.plan]
                if not level.amount:
                    await self._set_level(tx, company_id, level, None, _ITSELF)
                    continue
                await self._set_level(tx, company_id, level, plans.months_after(today, LEVEL_MONTHS), _ITSELF)
                await self._begin(tx, company_id, level, 0, level.amount, _ITSELF)
        return len(due)

    async def set_level(self, tx: Transaction, company_id: UUID, level: Level, actor: str) -> None:
        """Put a company at a level without payment and without end, as operators do. For the pipeline role."""
        await self._set_level(tx, company_id, level, None, actor)

    async def _begin(
        self, tx: Transaction, company_id: UUID, level: Level, transactions: int, amount: Decimal, actor: str
    ) -> Purchase:
        months = LEVEL_MONTHS if level.archive else 0
        bought, purchase_id = Pack(level.code, transactions, amount, archive_months=months), new_id()
        await purchases.insert(tx, purchase_id, company_id, bought, plans.CURRENCY, actor)
        found = await purchases.read(tx, purchase_id)
        assert found is not None
        return found

    async def _go_down(self, tx: Transaction, company_id: UUID, wanted: Level, stands: Allowance, actor: str) -> None:
        if stands.plan_until is None and wanted.code != stands.plan:
            await self._set_level(tx, company_id, wanted, None, actor)
            return
        follows = None if wanted.code == stands.plan else wanted.code
        if follows != stands.next_plan:
            await allowances.set_next(tx, company_id, follows)
            audit.note(
                tx,
                actor=actor,
                action="plan.next",
                subject=str(company_id),
                company_id=company_id,
                detail={"level": wanted.code},
            )

    async def _level_settled(self, tx: Transaction, purchase: Purchase, *, paid: bool) -> None:
        """Up once it is paid; a term that went on by itself and is not paid falls to what costs nothing."""
        if paid and purchase.bought_by != _ITSELF:
            until = plans.months_after(self.today(), LEVEL_MONTHS)
            await self._set_level(tx, purchase.company_id, self.levels[purchase.pack], until, purchase.bought_by)
        elif not paid and purchase.bought_by == _ITSELF:
            await self._set_level(tx, purchase.company_id, self.levels[FREE], None, _ITSELF)

    async def _set_level(self, tx: Transaction, company_id: UUID, level: Level, until: date | None, actor: str) -> None:
        await allowances.set_level(tx, company_id, level.code, until)
        audit.note(
            tx,
            actor=actor,
            action="plan.level",
            subject=str(company_id),
            company_id=company_id,
            detail={"level": level.code, "until": until and until.isoformat()},
        )

    async def _add(self, tx: Transaction, company_id: UUID, transactions: int) -> None:
        current = await allowances.lock(tx, company_id)
        if current is not None and current.granted is None:
            return  # no limit stays no limit
        await states.grant(tx, company_id, (current.granted or 0 if current else 0) + transactions)
        self._given(tx, company_id, transactions)

    async def _prolong(self, tx: Transaction, company_id: UUID, months: int) -> None:
        current = await allowances.lock(tx, company_id)
        if current is None or current.archive_ends_at is None:
            return  # no end stays no end
        ends_at = plans.archive_end(self._clock.today(plans.ZONE), current.archive_ends_at, months)
        await states.archive_option(tx, company_id, ends_at)

    def _given(self, tx: Transaction, company_id: UUID, transactions: int) -> None:
        given = GrantGiven(company_id=company_id, transactions=transactions, at=self._clock.now())
        outbox.emit(tx, given, subject=company_id, tenant=company_id)
