"""The tax codes that a supplier set up."""

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

import orjson

from invoicing.domain.taxes import TaxCode
from mesh import tenants
from mesh.transaction import Transaction


async def all_of(tx: Transaction, suppliers: Sequence[UUID]) -> list[TaxCode]:
    """The codes of a supplier's accounts, by code; one that several have is the first one's."""
    rows = await tx.rows(
        f"""select distinct on (code) * from tax_code where {tenants.own("supplier_id", suppliers)}
        order by code, array_position(cast(:suppliers as uuid[]), supplier_id)""",  # noqa: S608 - names of this module
        **tenants.named(suppliers),
        suppliers=list(suppliers),
    )
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


async def remove(tx: Transaction, suppliers: Sequence[UUID], code: str) -> bool:
    """Take a code away from every account that has it; False when there was none."""
    mine = tenants.own("supplier_id", suppliers)
    sql = f"delete from tax_code where {mine} and code = :code returning code"  # noqa: S608 - names of this module
    return bool(await tx.values(sql, **tenants.named(suppliers), code=code))
