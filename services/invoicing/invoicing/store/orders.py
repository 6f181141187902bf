"""Orders and their lines as invoicing knows them: the buyer's facts, which always commit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import orjson
from sqlalchemy import RowMapping

from contracts.envelope import Envelope
from contracts.ids import new_id, order_line_id
from contracts.orders import DespatchSent, OrderChanged, OrderPublished, OrderResponded, ReceiptRecorded
from documents.order import ContactRole, Order
from documents.party import PostalAddress
from invoicing.domain.policy import LinePolicy
from invoicing.domain.takings import KnownLine, LineName
from invoicing.store import pairs
from mesh import tenants
from mesh.errors import CauseUnknown
from mesh.transaction import Transaction


def _contacts(order: Order) -> str:
    found = {role.value: order.contact(role) for role in ContactRole}
    return orjson.dumps({role: contact.model_dump() for role, contact in found.items() if contact}).decode()


async def put(tx: Transaction, fact: OrderPublished | OrderChanged, order: Order) -> bool:
    """Insert an order or overwrite it with a later revision; False for one that is not later."""
    row = await tx.row(
        """insert into sales_order (id, supplier_id, buyer_id, unit_id, number, revision, currency, issue_date,
            changed_on, document, terms, contacts, amount_cap, freight_in_cap, bill_to)
        values (:id, :supplier, :buyer, :unit, :number, :revision, :currency, :issue_date, :changed_on,
            cast(:document as jsonb), cast(:terms as jsonb), cast(:contacts as jsonb), :cap, :freight,
            cast(:bill_to as jsonb))
        on conflict (id) do update set number = excluded.number, revision = excluded.revision,
            currency = excluded.currency, issue_date = excluded.issue_date, changed_on = excluded.changed_on,
            document = excluded.document, terms = excluded.terms, contacts = excluded.contacts,
            amount_cap = excluded.amount_cap, freight_in_cap = excluded.freight_in_cap, bill_to = excluded.bill_to
        where sales_order.revision < excluded.revision returning id""",
        id=fact.order_id,
        supplier=fact.supplier_id,
        buyer=fact.buyer_id,
        unit=fact.unit_id,
        number=fact.number,
        revision=fact.revision,
        currency=fact.currency,
        issue_date=fact.issue_date,
        changed_on=fact.active_on or fact.issue_date,
        document=fact.document.model_dump_json(),
        terms=order.model_dump_json(exclude={"lines"}),
        contacts=_contacts(order),
        cap=order.amount_cap,
        freight=order.freight_in_cap is not False,
        bill_to=order.invoicee.address.model_dump_json() if order.invoicee and order.invoicee.address else None,
    )
    return row is not None


async def put_lines(
    tx: Transaction, fact: OrderPublished | OrderChanged, order: Order, policies: Sequence[LinePolicy]
) -> None:
    """Write the lines of a revision. What was received, reserved or invoiced of a line is never touched here."""
    await tx.execute(
        """update order_line set withdrawn = true, ordered = 0, extra = 0,
            amount_cap = case when by_amount then 0 else amount_cap end
        where id in (select id from order_line where order_id = :order order by id for update)""",
        order=fact.order_id,
    )
    await tx.execute(
        """insert into order_line (id, order_id, supplier_id, buyer_id, position, identifier, item_name, unit,
            content, ordered, extra, receipt_required, amount_cap, by_amount, price_tolerance)
        select v.id, :order, :supplier, :buyer, v.position, v.identifier, v.item_name, v.unit, v.content, v.ordered,
            v.extra, v.receipt_required, v.cap, v.by_amount,
            v.price_tolerance
        from unnest(cast(:ids as uuid[]), cast(:positions as int[]), cast(:identifiers as text[]),
            cast(:item_names as text[]), cast(:units as text[]), cast(:contents as jsonb[]),
            cast(:ordered as numeric[]), cast(:extras as numeric[]), cast(:required as boolean[]),
            cast(:caps as numeric[]), cast(:by_amounts as boolean[]), cast(:tolerances as numeric[]))
            v(id, position, identifier, item_name, unit, content, ordered, extra, receipt_required, cap, by_amount,
                price_tolerance)
        on conflict (id) do update set position = excluded.position, item_name = excluded.item_name,
            unit = excluded.unit, content = excluded.content, ordered = excluded.ordered, extra = excluded.extra,
            receipt_required = excluded.receipt_required, amount_cap = excluded.amount_cap,
            by_amount = excluded.by_amount, price_tolerance = excluded.price_tolerance, withdrawn = false""",
        order=fact.order_id,
        supplier=fact.supplier_id,
        buyer=fact.buyer_id,
        ids=[order_line_id(fact.order_id, line.identifier) for line in order.lines],
        positions=list(range(1, len(order.lines) + 1)),
        identifiers=[line.identifier for line in order.lines],
        item_names=[line.item.name for line in order.lines],
        units=[line.unit for line in order.lines],
        contents=[line.model_dump_json() for line in order.lines],
        ordered=[line.quantity for line in order.lines],
        extras=[policy.extra for policy in policies],
        required=[policy.receipt_required for policy in policies],
        caps=[policy.amount_cap for policy in policies],
        by_amounts=[policy.by_amount for policy in policies],
        tolerances=[policy.price_tolerance for policy in policies],
    )


async def receive(tx: Transaction, fact: ReceiptRecorded, at: datetime) -> None:
    """Book a receipt: one movement a line, once. Raises CauseUnknown for a line that is not known here."""
    lines = sorted((line.order_line_id, line.quantity) for line in fact.lines)
    ids = [line for line, _ in lines]
    known = await tx.rows(
        "select id from order_line where id = any (cast(:ids as uuid[])) order by id for update", ids=ids
    )
    if len(known) < len(set(ids)):
        raise CauseUnknown(f"order {fact.order_id}, or a line of it")
    booked = await tx.rows(
        """insert into ledger_movement (id, cause_id, order_line_id, order_id, supplier_id, buyer_id, kind, quantity,
            amount, at)
        select v.id, :receipt, v.line, :order, :supplier, :buyer, 'received', v.quantity, 0, :at
        from unnest(cast(:movements as uuid[]), cast(:ids as uuid[]), cast(:quantities as numeric[]))
            v(id, line, quantity)
        on conflict on constraint ledger_movement_once do nothing returning order_line_id, quantity""",
        movements=[new_id() for _ in lines],
        receipt=fact.receipt_id,
        order=fact.order_id,
        supplier=fact.supplier_id,
        buyer=fact.buyer_id,
        at=at,
        ids=ids,
        quantities=[quantity for _, quantity in lines],
    )
    await tx.execute(
        """update order_line l set received = l.received + v.quantity
        from unnest(cast(:ids as uuid[]), cast(:quantities as numeric[])) v(id, quantity) where l.id = v.id""",
        ids=[row["order_line_id"] for row in booked],
        quantities=[row["quantity"] for row in booked],
    )


async def keep_document(tx: Transaction, fact: DespatchSent | ReceiptRecorded, at: datetime) -> None:
    """Note what came after the order, for whoever converts it. Learnt twice it is noted once."""
    despatch = isinstance(fact, DespatchSent)
    await tx.execute(
        """insert into order_document (id, order_line_id, order_id, supplier_id, buyer_id, kind, number, dated,
            quantity, learnt_at)
        select :id, v.line, :order, :supplier, :buyer, :kind, :number, :dated, sum(v.quantity), :at
        from unnest(cast(:lines as uuid[]), cast(:quantities as numeric[])) v(line, quantity) group by v.line
        on conflict do nothing""",
        id=fact.despatch_id if isinstance(fact, DespatchSent) else fact.receipt_id,
        order=fact.order_id,
        supplier=fact.supplier_id,
        buyer=fact.buyer_id,
        kind="despatch" if despatch else "receipt",
        number=fact.number,
        dated=fact.despatched_on if isinstance(fact, DespatchSent) else fact.received_on,
        at=at,
        lines=[line.order_line_id for line in fact.lines],
        quantities=[line.quantity for line in fact.lines],
    )


async def keep_response(tx: Transaction, fact: OrderResponded, envelope: Envelope) -> None:
    """Note the quantities that the supplier offered line by line."""
    offered = [line for line in fact.lines if line.quantity is not None]
    await tx.execute(
        """insert into order_document (id, order_line_id, order_id, supplier_id, buyer_id, kind, number, dated,
            quantity, learnt_at)
        select :id, v.line, :order, :supplier, :buyer, 'response', '', :dated, v.quantity, :at
        from unnest(cast(:lines as uuid[]), cast(:quantities as numeric[])) v(line, quantity)
        on conflict do nothing""",
        id=fact.response_id or envelope.id,
        order=fact.order_id,
        supplier=fact.supplier_id,
        buyer=fact.buyer_id,
        dated=fact.at.date(),
        at=envelope.time,
        lines=[line.order_line_id for line in offered],
        quantities=[line.quantity for line in offered],
    )


async def documents(tx: Transaction, order_id: UUID) -> list[RowMapping]:
    """Despatches and receipts of an order, line by line, the oldest first."""
    return await tx.rows(
        "select * from order_document where order_id = :order order by dated, learnt_at, id", order=order_id
    )


async def respond(tx: Transaction, order_id: UUID, response: str) -> bool:
    """The supplier's answer; False when the order is not known here."""
    sql = "update sales_order set response = :response where id = :id returning id"
    return await tx.value(sql, id=order_id, response=response) is not None


async def close(tx: Transaction, order_id: UUID, *, closed: bool) -> bool:
    """Closed or open again; False when the order is not known here."""
    sql = "update sales_order set closed = :closed where id = :id returning id"
    return await tx.value(sql, id=order_id, closed=closed) is not None


async def archive(tx: Transaction, order_id: UUID, *, archived: bool) -> bool:
    """Put away or taken back; False when the order is not known here."""
    sql = "update sales_order set archived = :archived where id = :id returning id"
    return await tx.value(sql, id=order_id, archived=archived) is not None


async def one(tx: Transaction, order_id: UUID, companies: Sequence[UUID]) -> RowMapping | None:
    """An order that was sent to one of the companies."""
    return await tx.row(
        f"select * from sales_order where id = :id and {tenants.own('supplier_id', companies)}",  # noqa: S608 - names of this module
        id=order_id,
        **tenants.named(companies),
    )


CONTENT: Final = """(
    select cast(o.terms || jsonb_build_object('lines', jsonb_agg(l.content order by l.position)) as text)
    from order_line l where l.order_id = o.id and not l.withdrawn having count(*) > 0) content"""
"""A column of a query over `sales_order o`: what `content` reads."""


def content(row: RowMapping) -> Order | None:
    """An order with those of its lines that stand, as its facts told them; None when none stands."""
    text = row["content"]
    return Order.model_validate_json(text, extra="ignore") if text else None


_KNOWN: Final = {
    "order_id": "o.id",
    "order_line_id": "l.id",
    "order_number": "o.number",
    "identifier": "l.identifier",
    "unit": "l.unit",
    "currency": "o.currency",
    "by_amount": "l.by_amount",
    "price": "l.content -> 'price' ->> 'net'",
    "price_base": "l.content -> 'price' ->> 'base_quantity'",
    "price_tolerance": "l.price_tolerance",
    "charged": "jsonb_array_length(coalesce(l.content -> 'charges', '[]')) > 0",
    "asked": "coalesce(o.contacts -> 'requester', o.contacts -> 'purchasing') ->> 'email'",
}
"""How a draft names an order line (`known`)."""
_TO_CONVERT: Final = _KNOWN | {
    "withdrawn": "l.withdrawn",
    "available": "l.allowed - (l.invoiced + l.reserved - l.credited)",
    "amount_available": "l.amount_allowed - (l.invoiced_amount + l.reserved_amount - l.credited_amount)",
}
_AS_KNOWN: Final = ", ".join(f"{column} {name}" for name, column in _KNOWN.items())


async def to_convert(
    tx: Transaction, order_id: UUID, companies: Sequence[UUID], *, self_billed: bool
) -> RowMapping | None:
    """An order that was sent to one of the companies, or that one of them bought by (`self_billed`): its `content`,
    its lines (`lines_to_convert`), and what stands between its two sides (`pairs.of`).
    """
    side = "o.buyer_id" if self_billed else "o.supplier_id"
    return await tx.row(
        f"""select o.id, o.supplier_id, o.buyer_id, o.unit_id, o.currency, o.response, o.closed, o.changed_on,
            o.archived, {CONTENT}, array(select row({", ".join(_TO_CONVERT.values())}) from order_line l
                where l.order_id = o.id order by l.withdrawn, l.position) lines, pair.*
        from sales_order o
        left join lateral ({pairs.query("o.supplier_id", "o.unit_id")}) pair on true
        where o.id = :id and {tenants.own(side, companies)}""",  # noqa: S608 - names of this module
        id=order_id,
        **tenants.named(companies),
    )


def lines_to_convert(row: RowMapping) -> list[Mapping[str, Any]]:
    """The lines of an order of `to_convert` in its own order: what is left of each, and how a draft names it
    (`known`).
    """
    return [dict(zip(_TO_CONVERT, line, strict=True)) for line in row["lines"]]


async def lines(tx: Transaction, order_id: UUID) -> list[RowMapping]:
    """The lines of an order in its own order."""
    return await tx.rows(
        """select *, allowed - (invoiced + reserved - credited) available,
            amount_allowed - (invoiced_amount + reserved_amount - credited_amount) amount_available
        from order_line where order_id = :order order by withdrawn, position""",
        order=order_id,
    )


async def billing_addresses(tx: Transaction, suppliers: Sequence[UUID], unit_id: UUID) -> list[PostalAddress]:
    """Where a unit's orders want their invoices addressed, beside the company's own address."""
    rows = await tx.rows(
        f"""select distinct bill_to from sales_order
        where {tenants.own("supplier_id", suppliers)} and unit_id = :unit and bill_to is not null limit 50""",  # noqa: S608 - names of this module
        **tenants.named(suppliers),
        unit=unit_id,
    )
    return [PostalAddress.model_validate(row["bill_to"], extra="ignore") for row in rows]


@dataclass(frozen=True)
class Parties:
    """Whose orders a draft may bill: the accounts of its seller and of its buyer, its own two first."""

    suppliers: Sequence[UUID]
    buyers: Sequence[UUID]

    @property
    def between(self) -> str:
        """The condition of a query over `sales_order o`, by the parameters that `named` gives."""
        suppliers = tenants.own("o.supplier_id", self.suppliers, "supplier")
        return f"{suppliers} and {tenants.own('o.buyer_id', self.buyers, 'buyer')}"

    @property
    def named(self) -> dict[str, UUID]:
        """The parameters of `between`."""
        return tenants.named(self.suppliers, "supplier") | tenants.named(self.buyers, "buyer")

    def nearest_last(self, rows: list[RowMapping]) -> list[RowMapping]:
        """Rows with `supplier_id` and `buyer_id` of their orders, so that those of the draft's own two come last."""
        if len(self.suppliers) == len(self.buyers) == 1:
            return rows
        places = self.suppliers.index, self.buyers.index
        return sorted(rows, key=lambda row: (places[0](row["supplier_id"]), places[1](row["buyer_id"])), reverse=True)


async def known_lines(tx: Transaction, parties: Parties, names: Sequence[LineName]) -> dict[LineName, KnownLine]:
    """Order lines by order number and line identifier; those that are not there are left out."""
    rows = await tx.rows(
        f"""select {_AS_KNOWN}, o.supplier_id, o.buyer_id
        from unnest(cast(:orders as text[]), cast(:lines as text[])) w(order_number, line)
        join sales_order o on {parties.between} and o.number = w.order_number
        join order_line l on l.order_id = o.id and l.identifier = w.line""",  # noqa: S608 - names of this module
        orders=[order for order, _ in names],
        lines=[line for _, line in names],
        **parties.named,
    )
    return {name_of(row): known(row) for row in parties.nearest_last(rows)}


def name_of(row: Mapping[Any, Any]) -> LineName:
    """By what a draft names the order line of a row."""
    return row["order_number"], row["identifier"]


def known(row: Mapping[Any, Any]) -> KnownLine:
    """The order line of a row as a draft may name it."""
    price = Decimal(row["price"]) / Decimal(row["price_base"] or 1) if row["price"] else None
    return KnownLine(
        order_id=row["order_id"],
        order_line_id=row["order_line_id"],
        order_number=row["order_number"],
        identifier=row["identifier"],
        unit=row["unit"],
        currency=row["currency"],
        by_amount=row["by_amount"],
        price=price,
        price_tolerance=row["price_tolerance"],
        charged=row["charged"],
        asked=row["asked"],
    )


async def availability(tx: Transaction, ids: Sequence[UUID]) -> dict[UUID, Decimal]:
    """What is available of order lines at this moment."""
    rows = await tx.rows(
        """select id, allowed - (invoiced + reserved - credited) available from order_line
        where id = any (cast(:ids as uuid[]))""",
        ids=list(ids),
    )
    return {row["id"]: row["available"] for row in rows}
