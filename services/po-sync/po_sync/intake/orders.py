"""An order comes in, or one that waited can go out."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping

from contracts.ids import new_id
from contracts.orders import OrderChanged, OrderPublished
from contracts.refs import DocumentRef
from documents.order import Order
from mesh import directory, outbox
from mesh.errors import Conflict
from mesh.transaction import Transaction
from po_sync import errors
from po_sync.domain import parties, revision
from po_sync.domain.revision import Outcome
from po_sync.domain.visibility import Reason
from po_sync.intake import receipts
from po_sync.store import lookup, orders
from po_sync.store.orders import Addressing, Standing


@dataclass(frozen=True)
class Taken:
    """What became of an order."""

    order_id: UUID
    outcome: Outcome
    waiting_for: str | None


async def standing(tx: Transaction, buyer_id: UUID, addressing: Addressing) -> Standing:
    """Where an order goes by what is known now."""
    match = await lookup.supplier(tx, [parties.parse(key) for key in addressing.supplier_keys])
    unit_keys = [parties.parse(key) for key in addressing.unit_keys]
    unit_id = await lookup.unit(tx, buyer_id, unit_keys, addressing.unit_name, addressing.unit_asked)
    waiting_for: Reason | None = None
    if match.company_id is None:
        waiting_for = Reason.SUPPLIER_AMBIGUOUS if match.ambiguous else Reason.SUPPLIER_UNKNOWN
    elif unit_id is None:
        waiting_for = Reason.UNIT_UNKNOWN
    elif not await directory.connected(tx, match.company_id, unit_id):
        waiting_for = Reason.NOT_CONNECTED
    return Standing(match.company_id, unit_id, waiting_for)


def addressing_of(order: Order, unit_asked: UUID | None) -> Addressing:
    """What the order says of its supplier and unit. The invoicee and the originator may name the unit too."""
    unit_parties = [order.buyer, *([order.invoicee] if order.invoicee else [])]
    unit_keys = [str(key) for party in unit_parties for key in parties.keys(party)]
    originator = order.originator
    if originator:
        named = (found for found in originator.identifiers if found.scheme)
        unit_keys = [*(str(parties.key(found.scheme or "", found.value)) for found in named), *unit_keys]
    return Addressing(
        supplier_keys=tuple(str(key) for key in parties.keys(order.seller)),
        unit_keys=tuple(unit_keys),
        unit_name=originator.name if originator else None,
        unit_asked=unit_asked,
    )


async def _checked_buyer(tx: Transaction, buyer_id: UUID, order: Order) -> None:
    company = await directory.company(tx, buyer_id)
    if company is not None and not company.buyer:
        raise errors.not_a_buyer()
    named = await lookup.buyers(tx, parties.keys(order.buyer))
    if named and buyer_id not in named:
        raise errors.buyer_mismatch()


async def take(
    tx: Transaction, buyer_id: UUID, order: Order, document: DocumentRef, unit_asked: UUID | None, now: datetime
) -> Taken:
    """Take an order in: publish it, change it, let it wait, or leave everything as it is.

    Raises Refusal (see `po_sync.errors`).
    """
    await _checked_buyer(tx, buyer_id, order)
    if unit_asked and not any(unit.unit_id == unit_asked for unit in await directory.units_of(tx, buyer_id)):
        raise errors.unit_unknown()
    before = await orders.locked(tx, buyer_id, revision.number_key(order.number))
    known = revision.Standing(before["revision"], before["content_sha256"]) if before else None
    outcome = revision.outcome(known, order.revision, document.sha256)
    if outcome is Outcome.CONFLICT:
        raise errors.revision_conflict(order.number, order.revision)
    if before is not None and outcome in (Outcome.UNCHANGED, Outcome.IGNORED):
        return Taken(before["id"], outcome, before["waiting_for"])
    addressing = addressing_of(order, unit_asked or (before["unit_asked"] if before else None))
    place = await standing(tx, buyer_id, addressing)
    if before is not None and before["state"] == "published":
        place = _of_published(before, place)
    order_id = before["id"] if before else new_id()
    digests = await orders.digests(tx, order_id) if before else {}
    if not await orders.put(tx, order_id, buyer_id, order, document, addressing, place, now):
        raise Conflict("BUSY", "The same order came in twice at once; send it again.", retry_after=1)
    await orders.put_lines(tx, order_id, buyer_id, place.supplier_id, order)
    if place.waiting_for is None:
        after = await orders.digests(tx, order_id)
        changed = revision.changed_lines(digests, after)
        row = await orders.locked_by_id(tx, order_id)
        assert row is not None
        await _announce(tx, row, changed if before is not None and before["state"] == "published" else None, now)
    return Taken(order_id, outcome, place.waiting_for)


def _of_published(before: RowMapping, place: Standing) -> Standing:
    """A published order keeps its supplier and unit for good."""
    if place.supplier_id is not None and place.supplier_id != before["supplier_id"]:
        raise errors.supplier_changed(before["number"])
    return Standing(before["supplier_id"], before["unit_id"], None)


async def _announce(tx: Transaction, row: RowMapping, changed: tuple[str, ...] | None, now: datetime) -> None:
    """Emit the order's fact, then those of receipts that waited for it; `changed` of None: it is new."""
    content: dict[str, Any] = {
        "order_id": row["id"],
        "buyer_id": row["buyer_id"],
        "supplier_id": row["supplier_id"],
        "unit_id": row["unit_id"],
        "number": row["number"],
        "revision": row["revision"],
        "currency": row["currency"],
        "issue_date": row["issue_date"],
        "document": DocumentRef.model_validate(row["document"]),
    }
    fact = OrderPublished(**content) if changed is None else OrderChanged(**content, changed_lines=changed)
    outbox.emit(tx, fact, subject=row["id"], tenant=row["buyer_id"])
    await receipts.settle(tx, row["buyer_id"], [row["number_key"]])


async def publish_waiting(tx: Transaction, now: datetime, limit: int = 50) -> int:
    """Examine orders whose addressee may be known by now; returns how many could be published."""
    published = 0
    for row in await orders.waiting(tx, limit):
        addressing = Addressing(
            tuple(row["supplier_keys"]), tuple(row["unit_keys"]), row["unit_name"], row["unit_asked"]
        )
        place = await standing(tx, row["buyer_id"], addressing)
        await orders.settle(tx, row["id"], place, now)
        if place.waiting_for is None:
            published += 1
            settled = await orders.locked_by_id(tx, row["id"])
            assert settled is not None
            await _announce(tx, settled, None, now)
    return published
