"""The tax codes that a supplier set up."""

from decimal import Decimal
from uuid import UUID

import orjson

from invoicing.domain.taxes import TaxCode
from mesh.transaction import Transaction


async def all_of(tx: Transaction, supplier_id: UUID) -> list[TaxCode]:
    """A supplier's codes, by code."""
    rows = await tx.rows("select * from tax_code where supplier_id = :supplier order by code", supplier=supplier_id)
    return [
        TaxCode(
            row["code"],
            row["name"],
            tuple((part["kind"], Decimal(part["rate"]), part["registration"]) for part in row["parts"]),
        )
        for row in rows
    ]


async def put(tx: Transaction, supplier_id: UUID, code: TaxCode) -> None:
    """Set a code up, or change it. Invoices that were sent keep the rates that they name."""
    parts = [{"kind": kind, "rate": f"{rate:f}", "registration": number} for kind, rate, number in code.parts]
    await tx.execute(
        """insert into tax_code (supplier_id, code, name, parts)
        values (:supplier, :code, :name, cast(:parts as jsonb))
        on conflict (supplier_id, code) do update set name = excluded.name, parts = excluded.parts""",
        supplier=supplier_id,
        code=code.code,
        name=code.name,
        parts=orjson.dumps(parts).decode(),
    )


async def remove(tx: Transaction, supplier_id: UUID, code: str) -> bool:
    """Take a code away; False when there was none."""
    sql = "delete from tax_code where supplier_id = :supplier and code = :code returning code"
    return await tx.value(sql, supplier=supplier_id, code=code) is not None
