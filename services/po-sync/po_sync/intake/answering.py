"""A supplier answers an order or announces goods: the document is made, checked, stored, and told to the buyer."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import RowMapping

from contracts.faults import Finding
from contracts.ids import new_id, order_line_id
from contracts.orders import DespatchSent, ReceivedLine, RespondedLine
from contracts.orders import OrderResponse as Response
from contracts.refs import DocumentRef
from documents.order import Order
from documents.order_response import ResponseCode
from documents.party import Party
from documents.ubl.despatch import write_despatch_advice
from documents.ubl.order_response import write_order_response
from mesh import directory, outbox
from mesh.objects import content_key
from mesh.transaction import Transaction
from po_sync import checking, errors
from po_sync.domain import answering
from po_sync.domain.answering import Answer, Despatch, SentLine
from po_sync.env import Env
from po_sync.intake import responses
from po_sync.intake.preparing import BUCKET
from po_sync.store import answers, events, orders
from po_sync.store.answers import KeptResponse
from po_sync.store.events import Event

_XML = "application/xml"
LINES_A_FACT = 1_000
"""So that a fact stays below its size limit."""


@dataclass(frozen=True)
class Subject:
    """The order as its supplier answers it; `answered`: the answer that stands, with its reason."""

    row: RowMapping
    order: Order
    despatched: dict[str, Decimal]
    parties: tuple[Party, Party]


async def subject(env: Env, order_id: UUID, companies: Sequence[UUID]) -> Subject:
    """The order to be answered. Raises Refusal."""
    async with env.api.transaction(companies) as tx:
        row = await responses.answerable(tx, order_id, companies)
        lines = await orders.lines(tx, [order_id])
        supplier, buyer = await directory.company(tx, row["supplier_id"]), await directory.company(tx, row["buyer_id"])
    content = await env.objects.read(DocumentRef.model_validate(row["document"]))
    order = Order.model_validate_json(content, extra="ignore")
    parties = answering.reachable(order.seller, supplier), answering.reachable(order.buyer, buyer)
    return Subject(row, order, {line["identifier"]: line["despatched"] for line in lines}, parties)


@dataclass(frozen=True)
class PreparedResponse:
    """A response with its document, or with what the official rules find in it."""

    kept: KeptResponse
    lines: tuple[RespondedLine, ...]
    revision: int


async def prepare_response(env: Env, about: Subject, answer: Answer) -> PreparedResponse:
    """Make and check the order response. Raises Invalid for lines that are not the order's.

    An answer is never lost to a document: where the order lacks what T76 demands, the buyer gets the answer without it.
    """
    named, quantities = [line.identifier for line in answer.lines], [line.quantity for line in answer.lines]
    problems = answering.unknown_lines(named, about.order, quantities)
    if problems:
        raise errors.incomplete(problems)
    made = answering.response_document(answer, about.order, *about.parties)
    content = write_order_response(made)
    findings = await checking.fatal_findings(env.checker, content)
    document = None if findings else await _stored(env, "responses", content)
    ordered = {line.identifier: line for line in about.order.lines}
    conditional = made.code is ResponseCode.CONDITIONALLY_ACCEPTED
    lines = tuple(
        RespondedLine(
            order_line_id=order_line_id(about.row["id"], line.identifier),
            status=line.status(ordered[line.identifier]).value,
            quantity=line.quantity,
            price=line.price,
            promised_on=line.promised_on,
        )
        for line in answer.lines[:LINES_A_FACT]
        if conditional
    )
    kept = KeptResponse(new_id(), made.code.value, answer, document, findings)
    return PreparedResponse(kept, lines, about.row["revision"])


async def _stored(env: Env, folder: str, content: bytes) -> DocumentRef:
    key = content_key(folder, hashlib.sha256(content).hexdigest())
    return await env.objects.put(BUCKET, key, content, _XML)


async def record_response(
    tx: Transaction, order_id: UUID, companies: Sequence[UUID], prepared: PreparedResponse, now: datetime
) -> UUID | None:
    """Keep the response and tell the buyer; None when it says what stands already. Raises Refusal."""
    row = await responses.answerable(tx, order_id, companies)
    if row["revision"] != prepared.revision:
        raise errors.busy("order")
    answer = prepared.kept.answer
    response = Response.ACCEPTED if answer.accepted else Response.REJECTED
    if not answer.accepted:
        await responses.not_invoiced(tx, order_id)
    told = await responses.respond(
        tx,
        row,
        response,
        answer.reason_code,
        now,
        response_id=prepared.kept.id,
        document=prepared.kept.document,
        lines=prepared.lines,
    )
    if not told:
        return None
    await answers.put_response(tx, row, prepared.kept, now)
    return prepared.kept.id


@dataclass(frozen=True)
class PreparedDespatch:
    """A despatch with its document."""

    despatch: Despatch
    document: DocumentRef
    revision: int


async def prepare_despatch(env: Env, about: Subject, despatch: Despatch) -> PreparedDespatch:
    """Make, check and store the despatch advice; without lines it holds all that was not despatched yet.

    Raises Invalid (`DOCUMENT_INCOMPLETE`, `DOCUMENT_REFUSED`), Conflict (`REJECTED`, `NOTHING_LEFT`).
    """
    if about.row["response"] == Response.REJECTED:
        raise errors.order_rejected()
    if not despatch.lines:
        left = (
            (line.identifier, line.quantity - about.despatched.get(line.identifier, 0)) for line in about.order.lines
        )
        despatch = replace(despatch, lines=tuple(SentLine(name, quantity) for name, quantity in left if quantity > 0))
        if not despatch.lines:
            raise errors.nothing_left()
    named, quantities = [line.identifier for line in despatch.lines], [line.quantity for line in despatch.lines]
    problems: list[Finding] = answering.unknown_lines(named, about.order, quantities)
    if problems:
        raise errors.incomplete(problems)
    content = write_despatch_advice(
        answering.despatch_document(despatch, about.order, *about.parties, about.despatched)
    )
    findings = await checking.fatal_findings(env.checker, content)
    if findings:
        raise checking.refused(findings)
    return PreparedDespatch(despatch, await _stored(env, "despatches", content), about.row["revision"])


async def record_despatch(
    tx: Transaction, order_id: UUID, companies: Sequence[UUID], prepared: PreparedDespatch, now: datetime
) -> UUID:
    """Keep the despatch and tell the buyer. Raises Refusal."""
    row = await responses.answerable(tx, order_id, companies)
    if row["revision"] != prepared.revision:
        raise errors.busy("order")
    despatch, despatch_id = prepared.despatch, new_id()
    quantities = {order_line_id(order_id, line.identifier): line.quantity for line in despatch.lines}
    if not await answers.put_despatch(tx, despatch_id, row, despatch, prepared.document, quantities, now):
        raise errors.despatch_conflict(despatch.number)
    sent = sorted(quantities.items())
    for start in range(0, len(sent), LINES_A_FACT):
        fact = DespatchSent(
            order_id=order_id,
            buyer_id=row["buyer_id"],
            supplier_id=row["supplier_id"],
            unit_id=row["unit_id"],
            despatch_id=despatch_id,
            number=despatch.number,
            despatched_on=despatch.despatched_on,
            lines=tuple(
                ReceivedLine(order_line_id=line, quantity=quantity)
                for line, quantity in sent[start : start + LINES_A_FACT]
            ),
            document=prepared.document,
        )
        outbox.emit(tx, fact, subject=order_id, tenant=row["buyer_id"])
    detail = {"despatch_id": despatch_id, "number": despatch.number, "lines": len(sent)}
    await events.note(tx, [Event(order_id, row["buyer_id"], row["supplier_id"], "despatch.sent", now, detail)])
    return despatch_id
