"""What suppliers sent about orders: responses and despatches."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping

from contracts.faults import Finding
from contracts.refs import DocumentRef
from mesh.db import jsonb
from mesh.transaction import Transaction
from po_sync.domain.answering import Answer, Despatch
from po_sync.domain.revision import number_key


@dataclass(frozen=True)
class KeptResponse:
    """A response as it is kept; without `document` the official rules stood against it (`findings`)."""

    id: UUID
    code: str
    answer: Answer
    document: DocumentRef | None
    findings: Sequence[Finding]


async def put_response(tx: Transaction, order: RowMapping, kept: KeptResponse, now: datetime) -> None:
    """Keep a response."""
    answer = kept.answer
    await tx.execute(
        """insert into order_response (id, order_id, buyer_id, supplier_id, number, revision, code, reason_code, note,
            sales_order_reference, lines, document, findings, at)
        values (:id, :order, :buyer, :supplier, :number, :revision, :code, :reason, :note, :sales,
            cast(:lines as jsonb), cast(:document as jsonb), cast(:findings as jsonb), :now)""",
        id=kept.id,
        order=order["id"],
        buyer=order["buyer_id"],
        supplier=order["supplier_id"],
        number=answer.number,
        revision=order["revision"],
        code=kept.code,
        reason=answer.reason_code,
        note=answer.note,
        sales=answer.sales_order_reference,
        lines=jsonb([vars(line) for line in answer.lines]),
        document=kept.document.model_dump_json() if kept.document else None,
        findings=jsonb([finding.model_dump(mode="json") for finding in kept.findings]),
        now=now,
    )


async def responses(tx: Transaction, order_id: UUID) -> list[RowMapping]:
    """The responses to an order, the newest first."""
    return await tx.rows("select * from order_response where order_id = :order order by id desc", order=order_id)


async def count_responses(tx: Transaction, order_id: UUID) -> int:
    """How many there are."""
    found: int = await tx.value("select count(*) from order_response where order_id = :order", order=order_id)
    return found


async def despatch_numbered(tx: Transaction, supplier_id: UUID, number: str) -> RowMapping | None:
    """A supplier's despatch by its number."""
    return await tx.row(
        "select id, order_id, document from despatch where supplier_id = :supplier and number_key = :key",
        supplier=supplier_id,
        key=number_key(number),
    )


async def put_despatch(
    tx: Transaction,
    despatch_id: UUID,
    order: RowMapping,
    despatch: Despatch,
    document: DocumentRef,
    quantities: dict[UUID, Decimal],
    now: datetime,
) -> bool:
    """Keep a despatch with the quantity of each order line; False when another transaction took its number first."""
    inserted = await tx.value(
        """insert into despatch (id, order_id, buyer_id, supplier_id, number, number_key, despatched_on, estimated_on,
            carrier, tracking, note, document, at)
        values (:id, :order, :buyer, :supplier, :number, :key, :despatched_on, :estimated_on, :carrier, :tracking,
            :note, cast(:document as jsonb), :now)
        on conflict on constraint despatch_number do nothing returning id""",
        id=despatch_id,
        order=order["id"],
        buyer=order["buyer_id"],
        supplier=order["supplier_id"],
        number=despatch.number,
        key=number_key(despatch.number),
        despatched_on=despatch.despatched_on,
        estimated_on=despatch.estimated_on,
        carrier=despatch.carrier,
        tracking=despatch.tracking,
        note=despatch.note,
        document=document.model_dump_json(),
        now=now,
    )
    if inserted is None:
        return False
    await tx.execute(
        """insert into despatch_line (despatch_id, order_line_id, buyer_id, supplier_id, quantity)
        select :despatch, v.line, :buyer, :supplier, v.quantity
        from unnest(cast(:lines as uuid[]), cast(:quantities as numeric[])) v(line, quantity)""",
        despatch=despatch_id,
        buyer=order["buyer_id"],
        supplier=order["supplier_id"],
        lines=list(quantities),
        quantities=list(quantities.values()),
    )
    return True


async def despatches(tx: Transaction, order_id: UUID) -> list[dict[str, Any]]:
    """The despatches of an order with their lines, the newest first."""
    rows = await tx.rows(
        """select d.*, (select jsonb_agg(jsonb_build_object('identifier', l.identifier, 'unit', l.unit,
                'quantity', cast(x.quantity as text)) order by l.position)
            from despatch_line x join order_line l on l.id = x.order_line_id where x.despatch_id = d.id) lines
        from despatch d where d.order_id = :order order by d.id desc""",
        order=order_id,
    )
    return [dict(row) for row in rows]


async def document(tx: Transaction, table: str, order_id: UUID, identifier: UUID) -> DocumentRef | None:
    """The XML of a response or a despatch (`table`)."""
    if table not in ("order_response", "despatch"):
        raise ValueError(table)
    found = await tx.value(
        f"select document from {table} where id = :id and order_id = :order",  # noqa: S608 - one of two names
        id=identifier,
        order=order_id,
    )
    return DocumentRef.model_validate(found) if found else None
