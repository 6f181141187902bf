"""What is done before the transaction: the standing content is read, the new one stored, and both are compared."""

import asyncio
import hashlib
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import RowMapping

from contracts.refs import DocumentRef
from documents.errors import DocumentError
from documents.order import Order
from documents.order_change import OrderChange, applied
from documents.party import Contact
from mesh import crash
from mesh.db import Database
from mesh.objects import Objects, content_key, reference
from mesh.transaction import Transaction
from po_sync import errors
from po_sync.domain import changes, completeness, revision
from po_sync.domain.changes import Change
from po_sync.domain.revision import Outcome
from po_sync.store import orders, revisions

BUCKET = "documents"
_JSON = "application/json"


@dataclass(frozen=True)
class Incoming:
    """An order in its whole content, stored; `before` is the digest that stood when its `changes` were told.

    `buyer_id`: the account that holds the order already, else the one that acts.
    """

    buyer_id: UUID
    order: Order
    document: DocumentRef
    before: str | None
    changes: tuple[Change, ...]
    unit_asked: UUID | None = None
    requester: Contact | None = None
    reason: str | None = None

    @property
    def key(self) -> tuple[UUID, str]:
        """Whose order it is, and its number in the form that is compared."""
        return self.buyer_id, revision.number_key(self.order.number)


@dataclass(frozen=True)
class Store:
    """Where standing orders and contents are read, in the name of whom."""

    database: Database
    objects: Objects
    companies: tuple[UUID, ...] | None
    """None for the pipeline role, which sees all."""
    standing: Transaction | None = None

    def within(self, tx: Transaction) -> "Store":
        """The same, reading what stands in a transaction that goes on."""
        return replace(self, standing=tx)

    @asynccontextmanager
    async def reading(self) -> AsyncGenerator[Transaction]:
        """A transaction to read what stands."""
        if self.standing is not None:
            yield self.standing
            return
        async with self.database.transaction(self.companies) as tx:
            yield tx


async def _content(objects: Objects, document: object) -> Order:
    content = await objects.read(DocumentRef.model_validate(document))
    return Order.model_validate_json(content, extra="ignore")


async def incoming(
    store: Store, companies: Sequence[UUID], sent: Sequence[Order], unit_asked: UUID | None
) -> list[Incoming]:
    """Whole orders, as they will be taken; what stands unchanged is not stored again."""
    keys = [revision.number_key(order.number) for order in sent]
    async with store.reading() as tx:
        standing = await revisions.standing(tx, companies, keys)

    async def one(order: Order, key: str) -> Incoming:
        content = (
            await asyncio.to_thread(revision.content, order) if len(order.lines) > 500 else revision.content(order)
        )
        row = standing.get(key)
        known = revision.Standing(row["revision"], row["content_sha256"]) if row else None
        outcome = revision.outcome(known, order.revision, hashlib.sha256(content).hexdigest())
        found: tuple[Change, ...] = ()
        if row is not None and outcome is Outcome.CHANGED:
            found = changes.between(await _content(store.objects, row["document"]), order)
        document = await _stored(store.objects, content, outcome)
        buyer_id, before = (row["buyer_id"], row["content_sha256"]) if row else (companies[0], None)
        return Incoming(buyer_id, order, document, before, found, unit_asked)

    return list(await asyncio.gather(*(one(order, key) for order, key in zip(sent, keys, strict=True))))


async def _stored(objects: Objects, content: bytes, outcome: Outcome) -> DocumentRef:
    key = content_key("orders", hashlib.sha256(content).hexdigest())
    if outcome not in (Outcome.CREATED, Outcome.CHANGED):
        return reference(BUCKET, key, content, _JSON)
    crash.site("po_sync.order.put")
    document = await objects.put(BUCKET, key, content, _JSON)
    crash.site("po_sync.order.stored")
    return document


@dataclass(frozen=True)
class Superseded:
    """A change that the standing revision holds, or has left behind, already."""

    order_id: UUID
    number: str
    revision: int
    outcome: Outcome
    waiting_for: str | None


async def changed(
    store: Store, companies: Sequence[UUID], order_id: UUID | None, change: OrderChange
) -> Incoming | Superseded:
    """The revision that a change makes of an order.

    Raises Refusal (`ORDER_UNKNOWN`, `DOCUMENT_UNREADABLE` for lines that do not fit, `DOCUMENT_INCOMPLETE`).
    """
    async with store.reading() as tx:
        order_id = order_id or await _named(tx, companies, change.order_number or "")
        owned = await orders.one(tx, order_id, companies)
        if owned is None or owned["buyer_id"] not in companies:
            raise errors.order_unknown()
        base = await revisions.base(tx, order_id, change.revision)
    if base is None or (change.revision or owned["revision"]) < owned["revision"]:
        return _superseded(owned, change.revision or owned["revision"], Outcome.IGNORED)
    before = await _content(store.objects, base["document"])
    try:
        order = applied(change, before, change.revision or before.revision + 1)
    except DocumentError as error:
        raise errors.unreadable(error) from None
    problems = completeness.order_findings(order)
    if problems:
        raise errors.incomplete(problems)
    found = changes.between(before, order)
    if change.revision is None and not found:
        return _superseded(owned, owned["revision"], Outcome.UNCHANGED)
    document = await _stored(store.objects, revision.content(order), Outcome.CHANGED)
    reason = change.reason or change.note
    before_sha256 = base["content_sha256"]
    return Incoming(owned["buyer_id"], order, document, before_sha256, found, requester=change.requester, reason=reason)


def _superseded(row: RowMapping, revision: int, outcome: Outcome) -> Superseded:
    return Superseded(row["id"], row["number"], revision, outcome, row["waiting_for"])


async def _named(tx: Transaction, companies: Sequence[UUID], number: str) -> UUID:
    key = revision.number_key(number)
    row = (await revisions.standing(tx, companies, [key])).get(key)
    if row is None:
        raise errors.order_unknown()
    found: UUID = row["id"]
    return found


def is_stale(incoming: Incoming, standing_sha256: str | None) -> bool:
    """Whether another revision came between comparing and writing."""
    return incoming.before != standing_sha256
