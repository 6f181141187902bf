"""Grants: the first of a new company, each month's free ones, and packs that were bought."""

from typing import Final
from uuid import UUID

from contracts.registration import GrantGiven
from mesh import audit, outbox
from mesh.clock import Clock
from mesh.db import Database
from mesh.transaction import Transaction
from registration import states
from registration.domain import plans
from registration.payments import Payments
from registration.store import allowances, purchases
from registration.store.purchases import Purchase

_AT_ONCE: Final = 100


class Plans:
    """Grants transactions; `free_a_month` to every company that has a limit."""

    def __init__(self, database: Database, payments: Payments, clock: Clock, *, free_a_month: int) -> None:
        self._database = database
        self._payments = payments
        self._clock = clock
        self.free_a_month = free_a_month

    async def welcome(self, tx: Transaction, company_id: UUID) -> None:
        """A new company may send its free invoices at once, and has a limit from the start. For the pipeline role."""
        await states.grant(tx, company_id, self.free_a_month)
        await purchases.set_free_until(tx, company_id, plans.next_month(self._clock.today(plans.ZONE)))
        self._given(tx, company_id, self.free_a_month)

    async def grant_the_month(self) -> int:
        """Add this month's free transactions where they are due; returns to how many companies."""
        today = self._clock.today(plans.ZONE)
        async with self._database.transaction() as tx:
            due = await purchases.free_is_due(tx, today, _AT_ONCE)
            for company_id in due:
                await self._add(tx, company_id, self.free_a_month)
                await purchases.set_free_until(tx, company_id, plans.next_month(today))
        return len(due)

    async def settle(self, purchase: Purchase) -> str:
        """Charge for a purchase and grant what it holds; done again, it changes nothing. Returns its state.

        Raises Unavailable when the provider does not answer; the purchase is then settled later.
        """
        payment = await self._payments.charge(purchase.id, purchase.amount, purchase.currency)
        async with self._database.transaction() as tx:
            if await purchases.settle(tx, purchase.id, payment.state, payment.reference) and payment.state == "paid":
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
        """Purchases whose request died between charging and granting."""
        async with self._database.transaction() as tx:
            found = await purchases.unsettled(tx)
        for purchase in found:
            await self.settle(purchase)

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
