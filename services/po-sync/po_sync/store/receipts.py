"""Receipts and their lines, those that wait for their order among them."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping

from documents.receipt import ReceiptAdvice
from mesh import tenants
from mesh.paging import Keyset, Sort
from mesh.transaction import Transaction
from po_sync.domain.revision import number_key

NEWEST = Sort("newest", "taken_at", "timestamptz", descending=True)


async def page(tx: Transaction, companies: Sequence[UUID], keyset: Keyset, *, waiting: bool) -> list[dict[str, Any]]:
    """One page of the receipts of `companies` and one more, with how many of their lines wait."""
    rows = await tx.rows(
        f"""select * from (select r.id, r.number, r.received_on, r.taken_at, count(*) lines,
                count(*) filter (where l.state = 'waiting') waiting
            from receipt r join receipt_line l on l.receipt_id = r.id
            where {tenants.own("r.buyer_id", companies)} and (not :waiting or exists (select 1 from receipt_line w
                where w.receipt_id = r.id and w.state = 'waiting'))
            group by r.id) r
        where {keyset.where} order by {keyset.order} limit :page_size""",  # noqa: S608 - texts of mesh.paging
        **tenants.named(companies),
        waiting=waiting,
        **keyset.parameters,
    )
    return [dict(row) for row in rows]


async def known(tx: Transaction, companies: Sequence[UUID], number: str) -> RowMapping | None:
    """A receipt by its number, of the first of the companies that has it."""
    rows = await tx.rows(
        f"""select id, buyer_id, content_sha256 from receipt
        where {tenants.own("buyer_id", companies)} and number_key = :key""",  # noqa: S608 - names of this module
        **tenants.named(companies),
        key=number_key(number),
    )
    return min(rows, key=lambda row: companies.index(row["buyer_id"]), default=None)


async def put(
    tx: Transaction, receipt_id: UUID, buyer_id: UUID, advice: ReceiptAdvice, sha256: str, now: datetime
) -> bool:
    """Keep a receipt with all lines waiting; False when another transaction did so first."""
    inserted = await tx.value(
        """insert into receipt (id, buyer_id, number, number_key, content_sha256, received_on, taken_at)
        values (:id, :buyer, :number, :key, :sha256, :received_on, :now)
        on conflict on constraint receipt_number do nothing returning id""",
        id=receipt_id,
        buyer=buyer_id,
        number=advice.number,
        key=number_key(advice.number),
        sha256=sha256,
        received_on=advice.received_on or advice.issue_date,
        now=now,
    )
    if inserted is None:
        return False
    orders = [line.order_line.order or advice.order_reference or "" for line in advice.lines]
    await tx.execute(
        """insert into receipt_line (receipt_id, position, buyer_id, order_number, order_number_key, line, quantity,
            unit, state, waiting_for)
        select :receipt, v.position, :buyer, v.order_number, v.order_key, v.line, v.quantity, v.unit, 'waiting',
            'ORDER_UNKNOWN'
        from unnest(cast(:positions as int[]), cast(:orders as text[]), cast(:keys as text[]),
            cast(:lines as text[]), cast(:quantities as numeric[]), cast(:units as text[]))
            v(position, order_number, order_key, line, quantity, unit)""",
        receipt=receipt_id,
        buyer=buyer_id,
        positions=list(range(1, len(advice.lines) + 1)),
        orders=orders,
        keys=[number_key(order) for order in orders],
        lines=[line.order_line.line for line in advice.lines],
        quantities=[line.received_quantity for line in advice.lines],
        units=[line.unit for line in advice.lines],
    )
    return True


async def waiting_on(tx: Transaction, companies: Sequence[UUID], order_keys: Sequence[str]) -> list[RowMapping]:
    """Waiting lines of some orders, with the published order and the line they belong to where those are known.

    A number means the order of the receipt's own account, else the one of the first company that has it.
    """
    rows = await tx.rows(
        f"""select w.receipt_id, w.position, w.quantity, w.unit, r.number, r.received_on, r.buyer_id,
            o.id order_id, o.buyer_id order_buyer_id, o.supplier_id, o.unit_id, o.state order_state,
            l.id order_line_id, l.unit ordered_unit
        from receipt_line w join receipt r on r.id = w.receipt_id
        left join purchase_order o on {tenants.own("o.buyer_id", companies)} and o.number_key = w.order_number_key
        left join order_line l on l.order_id = o.id and l.identifier = w.line
        where {tenants.own("w.buyer_id", companies)} and w.state = 'waiting'
            and w.order_number_key = any (cast(:keys as text[]))
        order by r.taken_at, w.receipt_id, w.position for update of w""",  # noqa: S608 - names of this module
        **tenants.named(companies),
        keys=list(order_keys),
    )

    def distance(row: RowMapping) -> int:
        holder = row["order_buyer_id"]
        return 0 if holder in (None, row["buyer_id"]) else 1 + companies.index(holder)

    nearest: dict[tuple[UUID, int], RowMapping] = {}
    for row in sorted(rows, key=distance):
        nearest.setdefault((row["receipt_id"], row["position"]), row)
    return list(nearest.values())


async def wait_for(tx: Transaction, receipt_id: UUID, position: int, code: str) -> None:
    """Say what a line waits for."""
    await tx.execute(
        "update receipt_line set waiting_for = :code where receipt_id = :receipt and position = :position",
        receipt=receipt_id,
        position=position,
        code=code,
    )


async def record(tx: Transaction, rows: Sequence[RowMapping]) -> None:
    """The lines found their order line: note it."""
    await tx.execute(
        """update receipt_line w set state = 'recorded', waiting_for = null, order_line_id = v.line
        from unnest(cast(:receipts as uuid[]), cast(:positions as int[]), cast(:lines as uuid[]))
            v(receipt_id, position, line)
        where w.receipt_id = v.receipt_id and w.position = v.position""",
        receipts=[row["receipt_id"] for row in rows],
        positions=[row["position"] for row in rows],
        lines=[row["order_line_id"] for row in rows],
    )


async def add_received(tx: Transaction, quantities: dict[UUID, Decimal]) -> None:
    """Raise (or lower) what was received of order lines; in id order, so that two receipts never wait in a circle."""
    ids = sorted(quantities)
    await tx.execute("select id from order_line where id = any (cast(:ids as uuid[])) order by id for update", ids=ids)
    await tx.execute(
        """update order_line l set received = l.received + v.quantity
        from unnest(cast(:ids as uuid[]), cast(:quantities as numeric[])) v(id, quantity) where l.id = v.id""",
        ids=ids,
        quantities=[quantities[identifier] for identifier in ids],
    )


async def lines(tx: Transaction, receipt_id: UUID) -> list[RowMapping]:
    """A receipt's lines in their order."""
    return await tx.rows(
        """select r.id, r.number, r.received_on, l.position, l.order_number, l.line, l.quantity, l.unit, l.state,
            l.waiting_for
        from receipt r join receipt_line l on l.receipt_id = r.id where r.id = :id order by l.position""",
        id=receipt_id,
    )


def received_on(row: RowMapping) -> date:
    """The day of a receipt, typed."""
    day: date = row["received_on"]
    return day
