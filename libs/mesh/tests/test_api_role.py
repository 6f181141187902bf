"""The role that serves requests reaches none of the mesh's tables that hold facts of every tenant."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy.exc import ProgrammingError

from contracts.ids import new_id
from contracts.invoices import InvoiceFailed, Stage
from contracts.refs import DocumentRef
from mesh import audit, outbox, schema

pytestmark = pytest.mark.connected
DOCUMENT = DocumentRef(bucket="documents", key="x", sha256="0" * 64, size=1, media_type="application/xml")
WRITTEN_IN_PASSING = {"subject_sequence"}  # counts by id; moving one needs to read it


@pytest.mark.parametrize("table", sorted(set(schema.RECORDS) - WRITTEN_IN_PASSING))
async def test_a_request_cannot_read_what_belongs_to_everybody(service_schema: Any, table: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        async with service_schema.api.transaction([new_id()]) as tx:
            await tx.rows(f"select * from {table}")  # noqa: S608 - names of the mesh


@pytest.mark.parametrize("table", ["outbox", "audit", "dead_letter", "inbox"])
async def test_a_request_cannot_take_back_what_was_written(service_schema: Any, table: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        async with service_schema.api.transaction([new_id()]) as tx:
            await tx.execute(f"delete from {table}")  # noqa: S608 - names of the mesh


async def test_a_request_still_lets_facts_and_audit_rows_leave(service_schema: Any) -> None:
    company, invoice = new_id(), new_id()
    failed = InvoiceFailed(
        invoice_id=invoice, supplier_id=company, buyer_id=new_id(), unit_id=new_id(), submission_id=new_id(),
        document=DOCUMENT, stage=Stage.SIGNING, reason="TEST", failed_at=datetime.now(UTC),
    )  # fmt: skip
    for _ in range(2):
        async with service_schema.api.transaction([company]) as tx:
            outbox.emit(tx, failed, subject=invoice, tenant=company)
            audit.note(tx, actor="user:test", action="invoice.test", subject=str(invoice), company_id=company)
    async with service_schema.pipeline.transaction() as tx:
        rows = await tx.rows("select (headers ->> 'ce_sequence')::int n from outbox order by seq")
        assert [row["n"] for row in rows] == [1, 2]
        assert await tx.value("select count(*) from audit") == 2
