"""The quantity ledger's rows: reserving under its condition, and moving what a stage takes."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import RowMapping

from contracts.ids import new_id
from contracts.invoices import Kind, OrderLineUse
from invoicing.domain.ledger import Stage, Taken, taken
from invoicing.store.parts import Part
from mesh.transaction import Transaction


@dataclass(frozen=True)
class Submission:
    """One submit of one invoice, as the ledger sees it."""

    id: UUID
    invoice_id: UUID
    supplier_id: UUID
    buyer_id: UUID
    attempt: int
    kind: Kind
    credits_invoice_id: UUID | None


_HELD: Final = """with held as materialized (
    select id from order_line where id = any (cast(:ids as uuid[])) order by id for update)"""
_ACCOUNT: Final = """returning l.id, l.ordered, l.received, l.invoiced + l.reserved - l.credited invoiced,
    (select o.revision from sales_order o where o.id = l.order_id) revision"""
"""A line as it stands afterwards; its order is held, so its revision is the one that counts."""


def _counting(charges: Mapping[UUID, Decimal]) -> dict[UUID, Decimal]:
    return {order: amount for order, amount in charges.items() if amount}


async def counted_charges(tx: Transaction, charges: Mapping[UUID, Decimal]) -> dict[UUID, Decimal]:
    """What of these charges counts against the caps of their orders."""
    rows = await tx.rows(
        "select id from sales_order where id = any (cast(:ids as uuid[])) and freight_in_cap", ids=list(charges)
    )
    return {row["id"]: charges[row["id"]] for row in rows}


class Reserved(NamedTuple):
    """The orders and lines that had what was asked of them, by id; who lacks one of them takes nothing."""

    orders: dict[UUID, RowMapping]
    """`counted` is what of a charge counts against the order's cap, where freight does."""
    lines: dict[UUID, RowMapping]


async def reserve(tx: Transaction, uses: Sequence[OrderLineUse], charges: Mapping[UUID, Decimal]) -> Reserved:
    """Reserve amounts of orders that are open and below their cap, then quantities of lines that have them.

    Orders, then lines are locked in id order: no two submits wait for each other in a circle. The condition is the
    ledger's promise: invoiced + reserved - credited never rises above what is allowed. A caller that does not get all
    it asked for rolls back.
    """
    amounts: dict[UUID, Decimal] = defaultdict(Decimal)
    for use in uses:
        amounts[use.order_id] += use.amount
    orders, lines = sorted(amounts), sorted(uses, key=lambda use: use.order_line_id)
    rows = await tx.rows(
        """with held as materialized (select id, freight_in_cap from sales_order
            where id = any (cast(:orders as uuid[])) order by id for update),
        opened as (
            update sales_order o set reserved_amount = o.reserved_amount + v.amount + c.counted
            from unnest(cast(:orders as uuid[]), cast(:order_amounts as numeric[]), cast(:charges as numeric[]))
                    v(id, amount, charge)
                join held on held.id = v.id
                cross join lateral (select case when held.freight_in_cap then v.charge else 0 end counted) c
            where o.id = v.id and not o.closed and o.response is distinct from 'rejected'
                and (o.amount_cap is null
                    or o.invoiced_amount + o.reserved_amount + v.amount + c.counted - o.credited_amount <= o.amount_cap)
            returning o.id, c.counted, o.response, o.closed, o.archived, o.changed_on, o.revision),
        standing as materialized (select id from order_line
            where id = any (cast(:ids as uuid[])) and (select count(*) from opened) >= 0 order by id for update),
        reserved as (
            update order_line l set reserved = l.reserved + v.quantity, reserved_amount = l.reserved_amount + v.amount
            from unnest(cast(:ids as uuid[]), cast(:quantities as numeric[]), cast(:amounts as numeric[]))
                v(id, quantity, amount) join standing on standing.id = v.id
            where l.id = v.id and (l.by_amount or l.invoiced + l.reserved + v.quantity - l.credited <= l.allowed)
                and (l.amount_allowed is null
                    or l.invoiced_amount + l.reserved_amount + v.amount - l.credited_amount <= l.amount_allowed)
            returning l.id, l.ordered, l.received, l.invoiced + l.reserved - l.credited invoiced, l.order_id)
        select o.*, null::numeric ordered, null::numeric received, null::numeric invoiced from opened o
        union all select l.id, null, null, null, null, null, o.revision, l.ordered, l.received, l.invoiced
        from reserved l join opened o on o.id = l.order_id""",
        orders=orders,
        order_amounts=[amounts[order] for order in orders],
        charges=[charges.get(order, Decimal(0)) for order in orders],
        ids=[use.order_line_id for use in lines],
        quantities=[use.quantity for use in lines],
        amounts=[use.amount for use in lines],
    )
    opened = {row["id"]: row for row in rows if row["counted"] is not None}
    return Reserved(opened, {row["id"]: row for row in rows if row["counted"] is None})


async def reserve_credit(tx: Transaction, uses: Sequence[OrderLineUse]) -> dict[UUID, RowMapping]:
    """The same for a credit note, whose uses are negative: no more is credited of a line than was invoiced."""
    ordered = sorted(uses, key=lambda use: use.order_line_id)
    rows = await tx.rows(
        f"""{_HELD}
        update order_line l set crediting = l.crediting - v.quantity,
            crediting_amount = l.crediting_amount - v.amount
        from unnest(cast(:ids as uuid[]), cast(:quantities as numeric[]), cast(:amounts as numeric[]))
            v(id, quantity, amount) join held on held.id = v.id
        where l.id = v.id and l.crediting + l.credited - v.quantity <= l.invoiced {_ACCOUNT}""",  # noqa: S608 - as above
        ids=[use.order_line_id for use in ordered],
        quantities=[use.quantity for use in ordered],
        amounts=[use.amount for use in ordered],
    )
    return {row["id"]: row for row in rows}


def opening(
    submission: Submission, uses: Sequence[OrderLineUse], charges: Mapping[UUID, Decimal], at: datetime
) -> Part:
    """Note a submission that has just reserved, with its movements; `charges` count against the caps of orders."""
    counting = _counting(charges)
    return Part(
        """opened as (
            insert into submission (id, invoice_id, supplier_id, buyer_id, attempt, kind, credits_invoice_id, stage)
            values (:opened, :opened_invoice, :seller, :buyer, :opened_attempt, :opened_kind, :credits, 'reserved')),
        taken as (select * from unnest(cast(:movements as uuid[]), cast(:lines as uuid[]), cast(:orders as uuid[]),
            cast(:quantities as numeric[]), cast(:amounts as numeric[])) v(id, line, order_id, quantity, amount)),
        used as (
            insert into submission_use (submission_id, order_line_id, order_id, supplier_id, buyer_id, quantity, amount)
            select :opened, line, order_id, :seller, :buyer, quantity, amount from taken),
        charged as (
            insert into submission_charge (submission_id, order_id, supplier_id, buyer_id, amount)
            select :opened, v.order_id, :seller, :buyer, v.amount
            from unnest(cast(:charged as uuid[]), cast(:charges as numeric[])) v(order_id, amount)),
        moved as (
            insert into ledger_movement (id, cause_id, order_line_id, order_id, supplier_id, buyer_id, kind, quantity,
                amount, at)
            select id, :opened, line, order_id, :seller, :buyer, :step, quantity, amount, :opened_at from taken)""",
        {
            "opened": submission.id,
            "opened_invoice": submission.invoice_id,
            "seller": submission.supplier_id,
            "buyer": submission.buyer_id,
            "opened_attempt": submission.attempt,
            "opened_kind": submission.kind.value,
            "credits": submission.credits_invoice_id,
            "movements": [new_id() for _ in uses],
            "lines": [use.order_line_id for use in uses],
            "orders": [use.order_id for use in uses],
            "quantities": [abs(use.quantity) for use in uses],
            "amounts": [_positive(submission.kind, use.amount) for use in uses],
            "charged": list(counting),
            "charges": list(counting.values()),
            "step": _Step(submission.kind, Stage.NONE, Stage.RESERVED).name,
            "opened_at": at,
        },
    )


def _positive(kind: Kind, amount: Decimal) -> Decimal:
    return -amount if kind is Kind.CREDIT_NOTE else amount


async def submission_uses(tx: Transaction, submission_ids: Sequence[UUID]) -> list[RowMapping]:
    """What submissions take, in line order."""
    return await tx.rows(
        "select * from submission_use where submission_id = any (cast(:ids as uuid[])) order by order_line_id",
        ids=list(submission_ids),
    )


async def locked_submissions(tx: Transaction, invoice_ids: Sequence[UUID]) -> list[RowMapping]:
    """Every submission of some invoices, and of the credit notes that credit them, held until the transaction ends."""
    return await tx.rows(
        """select * from submission where invoice_id = any (cast(:ids as uuid[]))
            or credits_invoice_id = any (cast(:ids as uuid[])) order by id for update""",
        ids=list(invoice_ids),
    )


async def hold_accounts(tx: Transaction, submission_ids: Sequence[UUID]) -> None:
    """Lock the orders, then the lines, that some submissions take from, each in id order: as every submit does."""
    await tx.execute(
        """select id from sales_order where id in (select order_id from submission_use
            where submission_id = any (cast(:ids as uuid[]))) order by id for update""",
        ids=list(submission_ids),
    )
    await tx.execute(
        """select id from order_line where id in (select order_line_id from submission_use
            where submission_id = any (cast(:ids as uuid[]))) order by id for update""",
        ids=list(submission_ids),
    )


async def stage_of_invoice(tx: Transaction, invoice_id: UUID) -> Stage:
    """The stage of an invoice's latest submission."""
    stage = await tx.value(
        "select stage from submission where invoice_id = :id order by attempt desc limit 1", id=invoice_id
    )
    return Stage(stage) if stage else Stage.NONE


async def move(tx: Transaction, moves: Sequence[tuple[RowMapping, Stage]], at: datetime) -> None:
    """Bring submissions to their stages: balances move by the difference of what the two stages take.

    The caller holds the accounts (`hold_accounts`).
    """
    steps = {row["id"]: _Step(Kind(row["kind"]), Stage(row["stage"]), stage) for row, stage in moves}
    uses = await submission_uses(tx, list(steps))
    charges = await tx.rows(
        """select submission_id, order_id, amount from submission_charge
        where submission_id = any (cast(:ids as uuid[]))""",
        ids=list(steps),
    )
    quantities, amounts, orders = (defaultdict[UUID, Taken](Taken) for _ in range(3))
    for row in uses:
        step, line = steps[row["submission_id"]], row["order_line_id"]
        quantities[line] += step.moved(row["quantity"])
        amounts[line] += step.moved(row["amount"])
    for row in (*uses, *charges):
        orders[row["order_id"]] += steps[row["submission_id"]].moved(row["amount"])
    await _move_lines(tx, quantities, amounts)
    await _move_orders(tx, orders)
    await _note(tx, uses, [steps[row["submission_id"]].name for row in uses], at)
    await tx.execute(
        """update submission s set stage = v.stage
        from unnest(cast(:ids as uuid[]), cast(:stages as text[])) v(id, stage) where s.id = v.id""",
        ids=list(steps),
        stages=[step.after.value for step in steps.values()],
    )


async def _move_lines(tx: Transaction, quantities: Mapping[UUID, Taken], amounts: Mapping[UUID, Taken]) -> None:
    """Both of the same lines."""
    await tx.execute(
        """update order_line l set reserved = l.reserved + v.reserved, invoiced = l.invoiced + v.invoiced,
            crediting = l.crediting + v.crediting, credited = l.credited + v.credited,
            reserved_amount = l.reserved_amount + v.reserved_amount,
            invoiced_amount = l.invoiced_amount + v.invoiced_amount,
            crediting_amount = l.crediting_amount + v.crediting_amount,
            credited_amount = l.credited_amount + v.credited_amount
        from unnest(cast(:ids as uuid[]), cast(:reserved as numeric[]), cast(:invoiced as numeric[]),
            cast(:crediting as numeric[]), cast(:credited as numeric[]), cast(:reserved_amounts as numeric[]),
            cast(:invoiced_amounts as numeric[]), cast(:crediting_amounts as numeric[]),
            cast(:credited_amounts as numeric[]))
            v(id, reserved, invoiced, crediting, credited, reserved_amount, invoiced_amount, crediting_amount,
                credited_amount)
        where l.id = v.id""",
        ids=list(quantities),
        reserved=[moved.reserved for moved in quantities.values()],
        invoiced=[moved.invoiced for moved in quantities.values()],
        crediting=[moved.crediting for moved in quantities.values()],
        credited=[moved.credited for moved in quantities.values()],
        reserved_amounts=[moved.reserved for moved in amounts.values()],
        invoiced_amounts=[moved.invoiced for moved in amounts.values()],
        crediting_amounts=[moved.crediting for moved in amounts.values()],
        credited_amounts=[moved.credited for moved in amounts.values()],
    )


async def _move_orders(tx: Transaction, amounts: Mapping[UUID, Taken]) -> None:
    await tx.execute(
        """update sales_order o set reserved_amount = o.reserved_amount + v.reserved,
            invoiced_amount = o.invoiced_amount + v.invoiced, credited_amount = o.credited_amount + v.credited
        from unnest(cast(:ids as uuid[]), cast(:reserved as numeric[]), cast(:invoiced as numeric[]),
            cast(:credited as numeric[])) v(id, reserved, invoiced, credited)
        where o.id = v.id""",
        ids=list(amounts),
        reserved=[moved.reserved for moved in amounts.values()],
        invoiced=[moved.invoiced for moved in amounts.values()],
        credited=[moved.credited for moved in amounts.values()],
    )


@dataclass(frozen=True)
class _Step:
    """A submission of this kind goes from one stage to another."""

    kind: Kind
    before: Stage
    after: Stage

    @property
    def name(self) -> str:
        return f"{self.before.value}>{self.after.value}"

    def moved(self, value: Decimal) -> Taken:
        return taken(self.kind, self.after, value) - taken(self.kind, self.before, value)


async def _note(tx: Transaction, uses: Sequence[RowMapping], steps: Sequence[str], at: datetime) -> None:
    """One movement a line; the constraint says that a submission makes each step once."""
    await tx.execute(
        """insert into ledger_movement (id, cause_id, order_line_id, order_id, supplier_id, buyer_id, kind, quantity,
            amount, at)
        select * from unnest(cast(:ids as uuid[]), cast(:causes as uuid[]), cast(:lines as uuid[]),
            cast(:orders as uuid[]), cast(:suppliers as uuid[]), cast(:buyers as uuid[]), cast(:kinds as text[]),
            cast(:quantities as numeric[]), cast(:amounts as numeric[]), cast(:ats as timestamptz[]))""",
        ids=[new_id() for _ in uses],
        causes=[row["submission_id"] for row in uses],
        lines=[row["order_line_id"] for row in uses],
        orders=[row["order_id"] for row in uses],
        suppliers=[row["supplier_id"] for row in uses],
        buyers=[row["buyer_id"] for row in uses],
        kinds=list(steps),
        quantities=[row["quantity"] for row in uses],
        amounts=[row["amount"] for row in uses],
        ats=[at for _ in uses],
    )
