"""Orders come in: many at once, each in its latest revision, and every revision that there was."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import RowMapping

from contracts.ids import order_line_id
from contracts.refs import DocumentRef
from documents.order import BilledBy, ContactRole, Order, OrderLine
from documents.party import Contact
from mesh import directory, tenants
from mesh.db import jsonb
from mesh.transaction import Transaction
from po_sync.domain import revision, wording
from po_sync.domain.changes import Change


@dataclass(frozen=True)
class Addressing:
    """What the order said of its supplier and unit, kept so that it can be asked again when more is known."""

    supplier_keys: tuple[str, ...]
    unit_keys: tuple[str, ...]
    unit_name: str | None
    unit_asked: UUID | None


@dataclass(frozen=True)
class Standing:
    """Where an order goes, or what it waits for (`waiting_for`, a code of `domain.visibility.Reason`)."""

    supplier_id: UUID | None
    unit_id: UUID | None
    waiting_for: str | None


@dataclass(frozen=True)
class Entry:
    """An order that is written: new, or in a later revision."""

    order_id: UUID
    buyer_id: UUID
    order: Order
    document: DocumentRef
    addressing: Addressing
    standing: Standing
    active_on: date
    previous: int | None
    changes: tuple[Change, ...]
    requester: Contact | None
    reason: str | None


async def standing(
    tx: Transaction, companies: Sequence[UUID], keys: Sequence[str], order_id: UUID | None = None
) -> dict[str, RowMapping]:
    """The orders of the companies by the form of their numbers that is compared, as far as they are known; of
    `order_id` alone where it is given.

    A number means the order of the first company that has it.
    """
    rows = await tx.rows(
        f"""select id, buyer_id, number_key, revision, content_sha256, document from purchase_order
        where {tenants.own("buyer_id", companies)} and number_key = any (cast(:keys as text[]))
            and (cast(:order as uuid) is null or id = :order)""",  # noqa: S608 - names of this module
        **tenants.named(companies),
        keys=list(keys),
        order=order_id,
    )
    nearest = sorted(rows, key=lambda row: companies.index(row["buyer_id"]), reverse=True)
    return {row["number_key"]: row for row in nearest}


async def base(tx: Transaction, order_id: UUID, below: int | None) -> RowMapping | None:
    """The latest revision of an order, or the latest below a number."""
    return await tx.row(
        """select revision, content_sha256, document from order_revision
        where order_id = :order and (cast(:below as int) is null or revision < :below)
        order by revision desc limit 1""",
        order=order_id,
        below=below,
    )


async def locked(tx: Transaction, companies: Sequence[UUID], keys: Sequence[str]) -> dict[tuple[UUID, str], RowMapping]:
    """All of them in full by company and number, held until the transaction ends; locked in id order, so that nobody
    waits in a circle. `supplier_now` is the account that the supplier is part of by now.
    """
    rows = await tx.rows(
        f"""select o.*, {directory.keeper("o.supplier_id")} supplier_now from purchase_order o
        where {tenants.own("o.buyer_id", companies)} and o.number_key = any (cast(:keys as text[]))
        order by o.id for update""",  # noqa: S608 - names of this module
        **tenants.named(companies),
        keys=list(keys),
    )
    return {(row["buyer_id"], row["number_key"]): row for row in rows}


def net_amount(order: Order) -> Decimal | None:
    """What the buyer expects to be invoiced without VAT, where the order says so."""
    return (order.totals.net_amount or order.totals.line_net_amount) if order.totals else None


def _contacts(order: Order) -> str:
    found = {role.value: order.contact(role) for role in ContactRole}
    return jsonb({role: contact.model_dump(include=_SHOWN) for role, contact in found.items() if contact})


_SHOWN = {"name", "telephone", "email"}
_PUT = """insert into purchase_order (id, buyer_id, unit_id, supplier_id, number, number_key, revision,
    content_sha256, document, currency, issue_date, active_on, net_amount, supplier_name, supplier_keys, unit_keys,
    unit_name, unit_asked, contacts, search_text, state, waiting_for, received_at, published_at, examined_at)
select v.id, v.buyer, v.unit, v.supplier, v.number, v.number_key, v.revision, v.sha256, v.document, v.currency,
    v.issue_date, v.active_on, v.net_amount, v.supplier_name,
    array(select jsonb_array_elements_text(v.supplier_keys)), array(select jsonb_array_elements_text(v.unit_keys)),
    v.unit_name, v.unit_asked, v.contacts, v.search_text,
    case when v.waiting_for is null then 'published' else 'waiting' end, v.waiting_for, cast(:now as timestamptz),
    case when v.waiting_for is null then cast(:now as timestamptz) end, now()
from unnest(cast(:ids as uuid[]), cast(:buyers as uuid[]), cast(:units as uuid[]), cast(:suppliers as uuid[]),
    cast(:numbers as text[]), cast(:number_keys as text[]), cast(:revisions as int[]), cast(:digests as text[]),
    cast(:documents as jsonb[]), cast(:currencies as text[]), cast(:issue_dates as date[]),
    cast(:active_ons as date[]), cast(:net_amounts as numeric[]), cast(:supplier_names as text[]),
    cast(:supplier_keys as jsonb[]), cast(:unit_keys as jsonb[]), cast(:unit_names as text[]),
    cast(:units_asked as uuid[]), cast(:contacts as jsonb[]), cast(:texts as text[]), cast(:waiting_fors as text[]))
    v(id, buyer, unit, supplier, number, number_key, revision, sha256, document, currency, issue_date, active_on,
        net_amount, supplier_name, supplier_keys, unit_keys, unit_name, unit_asked, contacts, search_text, waiting_for)
order by v.id
on conflict on constraint purchase_order_number do update set unit_id = excluded.unit_id,
    supplier_id = excluded.supplier_id, number = excluded.number, revision = excluded.revision,
    content_sha256 = excluded.content_sha256, document = excluded.document, currency = excluded.currency,
    issue_date = excluded.issue_date, active_on = excluded.active_on, net_amount = excluded.net_amount,
    supplier_name = excluded.supplier_name, supplier_keys = excluded.supplier_keys,
    unit_keys = excluded.unit_keys, unit_name = excluded.unit_name, unit_asked = excluded.unit_asked,
    contacts = excluded.contacts, search_text = excluded.search_text,
    state = excluded.state, waiting_for = excluded.waiting_for, examined_at = excluded.examined_at,
    published_at = coalesce(purchase_order.published_at, excluded.published_at)
where purchase_order.id = excluded.id
returning id"""


async def put(tx: Transaction, entries: Sequence[Entry], now: datetime) -> set[UUID]:
    """Insert orders or overwrite them with a later revision; returns those that no other transaction was first with."""
    rows = await tx.rows(
        _PUT,
        now=now,
        ids=[entry.order_id for entry in entries],
        buyers=[entry.buyer_id for entry in entries],
        units=[entry.standing.unit_id for entry in entries],
        suppliers=[entry.standing.supplier_id for entry in entries],
        numbers=[entry.order.number for entry in entries],
        number_keys=[revision.number_key(entry.order.number) for entry in entries],
        revisions=[entry.order.revision for entry in entries],
        digests=[entry.document.sha256 for entry in entries],
        documents=[entry.document.model_dump_json() for entry in entries],
        currencies=[entry.order.currency for entry in entries],
        issue_dates=[entry.order.issue_date for entry in entries],
        active_ons=[entry.active_on for entry in entries],
        net_amounts=[net_amount(entry.order) for entry in entries],
        supplier_names=[entry.order.seller.name for entry in entries],
        supplier_keys=[jsonb(entry.addressing.supplier_keys) for entry in entries],
        unit_keys=[jsonb(entry.addressing.unit_keys) for entry in entries],
        unit_names=[entry.addressing.unit_name for entry in entries],
        units_asked=[entry.addressing.unit_asked for entry in entries],
        contacts=[_contacts(entry.order) for entry in entries],
        texts=[wording.of_order(entry.order) for entry in entries],
        waiting_fors=[entry.standing.waiting_for for entry in entries],
    )
    return {row["id"] for row in rows}


async def digests(tx: Transaction, order_ids: Sequence[UUID]) -> dict[UUID, dict[str, str]]:
    """Digest by the buyer's line identifier for each order, withdrawn lines left out."""
    rows = await tx.rows(
        """select order_id, identifier, content_sha256 from order_line
        where order_id = any (cast(:orders as uuid[])) and not withdrawn""",
        orders=list(order_ids),
    )
    found: dict[UUID, dict[str, str]] = {order_id: {} for order_id in order_ids}
    for row in rows:
        found[row["order_id"]][row["identifier"]] = row["content_sha256"]
    return found


def _by_amount(order: Order, line: OrderLine) -> bool:
    return (line.billed_by or order.billed_by) is BilledBy.AMOUNT


def _worth(line: OrderLine) -> Decimal | None:
    """The line's net amount, else quantity x price; without its allowances and charges, which need rounding rules."""
    if line.net_amount is not None or line.price is None:
        return line.net_amount
    return line.quantity * line.price.net / (line.price.base_quantity or 1)


async def put_lines(tx: Transaction, entries: Sequence[Entry]) -> None:
    """Write the lines of revisions; lines they leave out are withdrawn, what was received on any stays."""
    later = [entry.order_id for entry in entries if entry.previous is not None]
    if later:
        await tx.execute(
            """update order_line set withdrawn = true, ordered = 0
            where id in (select id from order_line where order_id = any (cast(:orders as uuid[])) order by id
                for update)""",
            orders=later,
        )
    rows = [(entry, n, line) for entry in entries for n, line in enumerate(entry.order.lines, 1)]
    await tx.execute(
        """insert into order_line (id, order_id, buyer_id, supplier_id, position, identifier, item_name, unit,
            ordered, price, net_amount, by_amount, receipt_required, content_sha256)
        select v.id, v.order_id, v.buyer, v.supplier, v.position, v.identifier, v.item_name, v.unit, v.ordered, v.price,
            v.net_amount, v.by_amount, v.receipt_required, v.sha256
        from unnest(cast(:ids as uuid[]), cast(:orders as uuid[]), cast(:buyers as uuid[]),
            cast(:suppliers as uuid[]), cast(:positions as int[]), cast(:identifiers as text[]),
            cast(:item_names as text[]), cast(:units as text[]), cast(:ordered as numeric[]),
            cast(:prices as numeric[]), cast(:net_amounts as numeric[]), cast(:by_amounts as boolean[]),
            cast(:required as boolean[]), cast(:digests as text[]))
            v(id, order_id, buyer, supplier, position, identifier, item_name, unit, ordered, price, net_amount,
                by_amount, receipt_required, sha256)
        on conflict (id) do update set supplier_id = excluded.supplier_id, position = excluded.position,
            item_name = excluded.item_name, unit = excluded.unit, ordered = excluded.ordered,
            price = excluded.price, net_amount = excluded.net_amount, by_amount = excluded.by_amount,
            receipt_required = excluded.receipt_required, content_sha256 = excluded.content_sha256,
            withdrawn = false""",
        ids=[order_line_id(entry.order_id, line.identifier) for entry, _, line in rows],
        orders=[entry.order_id for entry, _, _ in rows],
        buyers=[entry.buyer_id for entry, _, _ in rows],
        suppliers=[entry.standing.supplier_id for entry, _, _ in rows],
        positions=[n for _, n, _ in rows],
        identifiers=[line.identifier for _, _, line in rows],
        item_names=[line.item.name for _, _, line in rows],
        units=[line.unit for _, _, line in rows],
        ordered=[line.quantity for _, _, line in rows],
        prices=[line.price.net if line.price else None for _, _, line in rows],
        net_amounts=[_worth(line) for _, _, line in rows],
        by_amounts=[_by_amount(entry.order, line) for entry, _, line in rows],
        required=[
            entry.order.receipt_required if line.receipt_required is None else line.receipt_required
            for entry, _, line in rows
        ],
        digests=[revision.line_digest(line) for _, _, line in rows],
    )


async def note(tx: Transaction, entries: Sequence[Entry], now: datetime) -> None:
    """Keep the revisions: what each changed, and who asked for it."""
    await tx.execute(
        """insert into order_revision (order_id, revision, buyer_id, supplier_id, previous_revision, content_sha256,
            document, changes, requester, reason, revised_on, taken_at)
        select v.order_id, v.revision, v.buyer, v.supplier, v.previous, v.sha256, v.document, v.changes, v.requester,
            v.reason, v.revised_on, :now
        from unnest(cast(:orders as uuid[]), cast(:revisions as int[]), cast(:buyers as uuid[]),
            cast(:suppliers as uuid[]), cast(:previous as int[]), cast(:digests as text[]),
            cast(:documents as jsonb[]), cast(:changes as jsonb[]), cast(:requesters as jsonb[]),
            cast(:reasons as text[]), cast(:revised_ons as date[]))
            v(order_id, revision, buyer, supplier, previous, sha256, document, changes, requester, reason,
                revised_on)""",
        now=now,
        orders=[entry.order_id for entry in entries],
        buyers=[entry.buyer_id for entry in entries],
        revisions=[entry.order.revision for entry in entries],
        suppliers=[entry.standing.supplier_id for entry in entries],
        previous=[entry.previous for entry in entries],
        digests=[entry.document.sha256 for entry in entries],
        documents=[entry.document.model_dump_json() for entry in entries],
        changes=[orjson.dumps(entry.changes).decode() for entry in entries],
        requesters=[_requester(entry) for entry in entries],
        reasons=[entry.reason for entry in entries],
        revised_ons=[entry.order.revised_on for entry in entries],
    )


def _requester(entry: Entry) -> str | None:
    contact = (
        entry.requester or entry.order.contact(ContactRole.REQUESTER) or entry.order.contact(ContactRole.PURCHASING)
    )
    return jsonb(contact.model_dump(include=_SHOWN)) if contact else None


async def of_order(tx: Transaction, order_id: UUID) -> list[RowMapping]:
    """Every revision that came, the newest first."""
    rows: list[Any] = await tx.rows(
        """select revision, previous_revision, changes, requester, reason, revised_on, taken_at from order_revision
        where order_id = :order order by revision desc""",
        order=order_id,
    )
    return rows


async def numbers(tx: Transaction, order_id: UUID) -> list[RowMapping]:
    """The revisions that came."""
    return await tx.rows("select revision from order_revision where order_id = :order", order=order_id)
