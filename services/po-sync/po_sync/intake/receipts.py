"""A receipt comes in; its lines count as soon as their order is published."""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

from sqlalchemy import RowMapping

from contracts.ids import new_id
from contracts.orders import ReceiptRecorded, ReceivedLine
from documents.receipt import ReceiptAdvice
from mesh import directory, outbox
from mesh.transaction import Transaction
from po_sync import errors
from po_sync.domain import parties
from po_sync.domain.revision import number_key
from po_sync.store import events, lookup, receipts
from po_sync.store.events import Event

LINES_A_FACT: Final = 1_000
"""So that a fact stays below its size limit."""


async def take(
    tx: Transaction, companies: Sequence[UUID], advice: ReceiptAdvice, sha256: str, now: datetime
) -> tuple[UUID, bool]:
    """Take a receipt of the first of the companies in; returns its id and whether it is new. The same receipt twice
    changes nothing, whichever of them sent it first.

    Raises Refusal (`RECEIPT_CONFLICT`, `NOT_A_BUYER`, `BUYER_MISMATCH`).
    """
    buyer_id = companies[0]
    company = await directory.company(tx, buyer_id)
    if company is not None and not company.buyer:
        raise errors.not_a_buyer()
    keys = parties.keys(advice.buyer)
    if not lookup.speaks_for(keys, await lookup.companies(tx, keys, "buyer"), companies):
        raise errors.buyer_mismatch()
    before = await receipts.known(tx, companies, advice.number)
    if before is not None:
        if before["content_sha256"] != sha256:
            raise errors.receipt_conflict(advice.number)
        return before["id"], False
    receipt_id = new_id()
    if not await receipts.put(tx, receipt_id, buyer_id, advice, sha256, now):
        raise errors.busy("receipt")
    named_orders = {line.order_line.order or advice.order_reference or "" for line in advice.lines}
    await settle(tx, companies, [number_key(order) for order in named_orders], now)
    return receipt_id, True


async def take_in(
    tx: Transaction, companies: Sequence[UUID], advice: ReceiptAdvice, now: datetime
) -> tuple[UUID, bool, str | None]:
    """As `take`, with the digest of the receipt itself; and what the first of its waiting lines waits for."""
    sha256 = hashlib.sha256(advice.model_dump_json().encode()).hexdigest()
    receipt_id, new = await take(tx, companies, advice, sha256, now)
    waiting = [row["waiting_for"] for row in await receipts.lines(tx, receipt_id) if row["state"] == "waiting"]
    return receipt_id, new, waiting[0] if waiting else None


def _obstacle(row: RowMapping) -> str | None:
    """What a line still waits for; None: it can be counted."""
    if row["order_id"] is None:
        return "ORDER_UNKNOWN"
    if row["order_state"] != "published":
        return "ORDER_WAITING"
    if row["order_line_id"] is None:
        return "LINE_UNKNOWN"
    return None if row["unit"] == row["ordered_unit"] else "UNIT_DIFFERS"


async def settle(tx: Transaction, companies: Sequence[UUID], order_keys: Sequence[str], now: datetime) -> None:
    """Count what waits on these orders and can be counted now; one fact a receipt and order."""
    ready: dict[tuple[UUID, UUID], list[RowMapping]] = defaultdict(list)
    for row in await receipts.waiting_on(tx, companies, order_keys):
        obstacle = _obstacle(row)
        if obstacle is None:
            ready[row["receipt_id"], row["order_id"]].append(row)
        else:
            await receipts.wait_for(tx, row["receipt_id"], row["position"], obstacle)
    totals: dict[UUID, Decimal] = defaultdict(Decimal)
    happened: list[Event] = []
    for rows in ready.values():
        await receipts.record(tx, rows)
        quantities: dict[UUID, Decimal] = defaultdict(Decimal)
        for row in rows:
            quantities[row["order_line_id"]] += row["quantity"]
            totals[row["order_line_id"]] += row["quantity"]
        _announce(tx, rows[0], sorted(quantities.items()))
        happened.append(_event(rows[0], len(rows), now))
    if totals:
        await receipts.add_received(tx, totals)
        await events.note(tx, happened)


def _event(row: RowMapping, lines: int, now: datetime) -> Event:
    detail = {"receipt_id": row["receipt_id"], "number": row["number"], "lines": lines}
    return Event(row["order_id"], row["order_buyer_id"], row["supplier_id"], "receipt.recorded", now, detail)


def _announce(tx: Transaction, row: RowMapping, received: Sequence[tuple[UUID, Decimal]]) -> None:
    """Emit the facts of one receipt for one order, as the order's account; a long one in parts, each with lines of its
    own.
    """
    for start in range(0, len(received), LINES_A_FACT):
        fact = ReceiptRecorded(
            order_id=row["order_id"],
            buyer_id=row["order_buyer_id"],
            supplier_id=row["supplier_id"],
            unit_id=row["unit_id"],
            receipt_id=row["receipt_id"],
            number=row["number"],
            received_on=receipts.received_on(row),
            lines=tuple(
                ReceivedLine(order_line_id=line, quantity=quantity)
                for line, quantity in received[start : start + LINES_A_FACT]
            ),
        )
        outbox.emit(tx, fact, subject=row["order_id"], tenant=row["order_buyer_id"])
