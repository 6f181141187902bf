"""Orders come in, many at once or one, or one that waited can go out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping

from contracts.ids import new_id
from contracts.orders import OrderChanged, OrderPublished
from contracts.refs import DocumentRef
from contracts.registration import UnitState
from documents.order import Order
from mesh import directory, outbox
from mesh.errors import Conflict, Refusal
from mesh.transaction import Transaction
from po_sync import errors
from po_sync.domain import changes, parties, revision
from po_sync.domain.revision import Outcome
from po_sync.domain.visibility import Reason
from po_sync.intake import receipts
from po_sync.intake.preparing import Incoming, is_stale
from po_sync.store import events, lookup, orders, revisions, uses
from po_sync.store.events import Event
from po_sync.store.lookup import Known
from po_sync.store.revisions import Addressing, Entry, Standing


@dataclass(frozen=True)
class Taken:
    """What became of an order."""

    order_id: UUID
    number: str
    revision: int
    outcome: Outcome
    waiting_for: str | None


@dataclass(frozen=True)
class _Known:
    """What is known of everybody whom some orders name."""

    suppliers: Known
    buyers: Known
    units: Sequence[UnitState]
    connected: Mapping[tuple[UUID, UUID], bool]

    def standing(self, addressing: Addressing) -> Standing:
        """Where an order goes by what is known now."""
        match = lookup.match([parties.parse(key) for key in addressing.supplier_keys], self.suppliers)
        unit_keys = [parties.parse(key) for key in addressing.unit_keys]
        unit_id = lookup.unit(self.units, unit_keys, addressing.unit_name, addressing.unit_asked)
        waiting_for: Reason | None = None
        if match.company_id is None:
            waiting_for = Reason.SUPPLIER_AMBIGUOUS if match.ambiguous else Reason.SUPPLIER_UNKNOWN
        elif unit_id is None:
            waiting_for = Reason.UNIT_UNKNOWN
        elif (match.company_id, unit_id) not in self.connected:
            waiting_for = Reason.NOT_CONNECTED
        elif not self.connected[match.company_id, unit_id]:
            waiting_for = Reason.NOT_READY
        return Standing(match.company_id, unit_id, waiting_for)


async def _known(
    tx: Transaction, buyer_id: UUID, addressings: Sequence[Addressing], buyer_keys: Sequence[parties.Key]
) -> _Known:
    supplier_keys = [parties.parse(key) for addressing in addressings for key in addressing.supplier_keys]
    suppliers = await lookup.companies(tx, supplier_keys, "supplier")
    named = {company for companies in suppliers.values() for company in companies}
    return _Known(
        suppliers=suppliers,
        buyers=await lookup.companies(tx, buyer_keys, "buyer") if buyer_keys else {},
        units=await directory.units_of(tx, buyer_id),
        connected=await lookup.connected(tx, named) if named else {},
    )


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
        unit_keys=() if order.buyer_unit else tuple(unit_keys),
        unit_name=order.buyer_unit or (originator.name if originator else None),
        unit_asked=unit_asked,
    )


async def checked_buyer(tx: Transaction, buyer_id: UUID) -> None:
    """Raises Forbidden (`NOT_A_BUYER`) for a company that publishes no orders."""
    company = await directory.company(tx, buyer_id)
    if company is not None and not company.buyer:
        raise errors.not_a_buyer()


async def take(tx: Transaction, companies: Sequence[UUID], sent: Incoming, now: datetime) -> Taken:
    """Take one order in. Raises Refusal (see `po_sync.errors`)."""
    taken = (await take_all(tx, companies, [sent], now))[0]
    if isinstance(taken, Refusal):
        raise taken
    return taken


async def take_all(
    tx: Transaction, companies: Sequence[UUID], sent: Sequence[Incoming], now: datetime
) -> list[Taken | Refusal]:
    """Take orders with distinct numbers in: each is published, changed, waits, stays as it is, or is refused.

    Good ones never wait for bad ones. Raises Forbidden (`NOT_A_BUYER`), and Conflict (`BUSY`) when a revision came
    between comparing and writing: everything is to be prepared again.
    """
    await checked_buyer(tx, companies[0])
    addressings = [addressing_of(item.order, item.unit_asked) for item in sent]
    buyer_keys = [key for item in sent for key in parties.keys(item.order.buyer)]
    known = await _known(tx, companies[0], addressings, buyer_keys)
    standing = await revisions.locked(tx, companies, [item.key[1] for item in sent])
    results: list[Taken | Refusal] = []
    entries: list[Entry] = []
    for item, addressing in zip(sent, addressings, strict=True):
        try:
            if not lookup.speaks_for(parties.keys(item.order.buyer), known.buyers, companies):
                raise errors.buyer_mismatch()
            taken, entry = _decided(item, addressing, known, standing.get(item.key), now)
        except Conflict as refusal:
            if refusal.code == errors.BUSY:
                raise
            results.append(refusal)
            continue
        except Refusal as refusal:
            results.append(refusal)
            continue
        results.append(taken)
        if entry is not None:
            entries.append(entry)
    if entries:
        published = {row["id"] for row in standing.values() if row["state"] == "published"}
        await _write(tx, companies, entries, published, now)
    return results


def _decided(
    item: Incoming, addressing: Addressing, known: _Known, before: RowMapping | None, now: datetime
) -> tuple[Taken, Entry | None]:
    order = item.order
    if item.unit_asked and not any(unit.unit_id == item.unit_asked for unit in known.units):
        raise errors.unit_unknown()
    if before is None:
        place = known.standing(addressing)
        order_id = new_id()
        active_on = revision.active_on(order, None, now.date())
        outcome = Outcome.CREATED
    else:
        outcome = revision.outcome(
            revision.Standing(before["revision"], before["content_sha256"]), order.revision, item.document.sha256
        )
        if outcome is Outcome.CONFLICT:
            raise errors.revision_conflict(order.number, order.revision)
        order_id = before["id"]
        if outcome in (Outcome.UNCHANGED, Outcome.IGNORED):
            return Taken(order_id, order.number, order.revision, outcome, before["waiting_for"]), None
        if is_stale(item, before["content_sha256"]):
            raise errors.busy("order")
        if addressing.unit_asked is None and before["unit_asked"]:
            addressing = addressing_of(order, before["unit_asked"])
        place = known.standing(addressing)
        if before["state"] == "published":
            place = _of_published(before, place)
        active_on = revision.active_on(order, before["active_on"], now.date())
    entry = Entry(
        order_id=order_id,
        buyer_id=item.buyer_id,
        order=order,
        document=item.document,
        addressing=addressing,
        standing=place,
        active_on=active_on,
        previous=before["revision"] if before else None,
        changes=item.changes,
        requester=item.requester,
        reason=item.reason,
    )
    return Taken(order_id, order.number, order.revision, outcome, place.waiting_for), entry


async def _write(
    tx: Transaction, companies: Sequence[UUID], entries: list[Entry], published: set[UUID], now: datetime
) -> None:
    later = [entry.order_id for entry in entries if entry.previous is not None]
    before = await revisions.digests(tx, later) if later else {}
    if len(await revisions.put(tx, entries, now)) < len(entries):
        raise errors.busy("order")
    await revisions.put_lines(tx, entries)
    await revisions.note(tx, entries, now)
    await uses.weigh(tx, later)
    out = [entry for entry in entries if entry.standing.waiting_for is None]
    for entry in out:
        if entry.order_id in published:
            after = {line.identifier: revision.line_digest(line) for line in entry.order.lines}
            changed = revision.changed_lines(before[entry.order_id], after)
            fact = OrderChanged(
                **_content(entry),
                changed_lines=changed,
                changes=changes.told(entry.changes),
                previous_revision=entry.previous,
            )
        else:
            fact = OrderPublished(**_content(entry))
        outbox.emit(tx, fact, subject=entry.order_id, tenant=entry.buyer_id)
    if out:
        await events.note(tx, [_event(entry, entry.order_id in published, now) for entry in out])
        await receipts.settle(tx, companies, [revision.number_key(entry.order.number) for entry in out], now)


def _event(entry: Entry, known: bool, now: datetime) -> Event:
    kind = "order.changed" if known else "order.published"
    assert entry.standing.supplier_id is not None
    detail = {"revision": entry.order.revision, "changes": len(entry.changes)}
    return Event(entry.order_id, entry.buyer_id, entry.standing.supplier_id, kind, now, detail)


def _content(entry: Entry) -> dict[str, Any]:
    return {
        "order_id": entry.order_id,
        "buyer_id": entry.buyer_id,
        "supplier_id": entry.standing.supplier_id,
        "unit_id": entry.standing.unit_id,
        "number": entry.order.number,
        "revision": entry.order.revision,
        "currency": entry.order.currency,
        "issue_date": entry.order.issue_date,
        "document": entry.document,
        "active_on": entry.active_on,
    }


def _of_published(before: RowMapping, place: Standing) -> Standing:
    """A published order keeps its supplier's account and its unit for good."""
    if place.supplier_id is not None and place.supplier_id not in (before["supplier_id"], before["supplier_now"]):
        raise errors.supplier_changed(before["number"])
    return Standing(before["supplier_id"], before["unit_id"], None)


async def publish_waiting(tx: Transaction, now: datetime, limit: int = 50) -> int:
    """Examine orders whose addressee may be known by now; returns how many could be published."""
    published = 0
    for row in await orders.waiting(tx, limit):
        addressing = Addressing(
            tuple(row["supplier_keys"]), tuple(row["unit_keys"]), row["unit_name"], row["unit_asked"]
        )
        companies: list[UUID] = row["companies"]
        place = (await _known(tx, companies[0], [addressing], ())).standing(addressing)
        await orders.settle(tx, row["id"], place, now)
        if place.waiting_for is None:
            published += 1
            fact = OrderPublished(
                order_id=row["id"],
                buyer_id=row["buyer_id"],
                supplier_id=place.supplier_id,  # pyright: ignore[reportArgumentType] - nothing is waited for: it is known
                unit_id=place.unit_id,  # pyright: ignore[reportArgumentType] - as above
                number=row["number"],
                revision=row["revision"],
                currency=row["currency"],
                issue_date=row["issue_date"],
                document=DocumentRef.model_validate(row["document"]),
                active_on=row["active_on"],
            )
            outbox.emit(tx, fact, subject=row["id"], tenant=row["buyer_id"])
            assert place.supplier_id is not None
            detail = {"revision": row["revision"]}
            await events.note(
                tx, [Event(row["id"], row["buyer_id"], place.supplier_id, "order.published", now, detail)]
            )
            await receipts.settle(tx, companies, [row["number_key"]], now)
    return published
