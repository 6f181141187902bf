"""Who a company trades orders with, and how far back each unit shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from mesh import tenants
from mesh.transaction import Transaction


@dataclass(frozen=True)
class Window:
    """A unit that a supplier is connected with; it shows orders of so many years."""

    unit_id: UUID
    years: int


async def windows(tx: Transaction, supplier_id: UUID, buyer_id: UUID | None) -> list[Window]:
    """The units that a supplier sees orders of."""
    rows = await tx.rows(
        """select distinct c.unit_id, coalesce(cast(u.state ->> 'order_window_years' as int), 2) years
        from dir_connection c join dir_unit u on u.id = c.unit_id
        where c.supplier_id = :supplier and c.status = 'active'
            and (cast(:buyer as uuid) is null or c.buyer_id = :buyer)""",
        supplier=supplier_id,
        buyer=buyer_id,
    )
    return [Window(row["unit_id"], row["years"]) for row in rows]


@dataclass(frozen=True)
class Partner:
    """A company at the other side of a connection; `unit_id` is the buyer's unit. `last_order_on`: when the newest
    order between the two, of any unit, was made or changed.
    """

    company_id: UUID
    name: str
    unit_id: UUID
    unit_name: str
    window_years: int
    status: str
    since: datetime
    last_order_on: date | None


async def connections(tx: Transaction, companies: Sequence[UUID], side: str) -> list[Partner]:
    """The customers of a supplier, or the suppliers of a buyer, one entry a unit; by name."""
    mine, theirs = ("supplier_id", "buyer_id") if side == "supplier" else ("buyer_id", "supplier_id")
    rows: list[Any] = await tx.rows(
        f"""select distinct on (p.state ->> 'legal_name', c.{theirs}, c.unit_id)
            c.{theirs} company_id, p.state ->> 'legal_name' name, c.unit_id, u.state ->> 'name' unit_name,
            coalesce(cast(u.state ->> 'order_window_years' as int), 2) window_years, c.status,
            cast(c.state ->> 'since' as timestamptz) since,
            (select o.active_on from purchase_order o where {tenants.own(f"o.{mine}", companies)}
                and o.{theirs} = c.{theirs} and o.state = 'published' order by o.active_on desc limit 1) last_order_on
        from dir_connection c join dir_company p on p.id = c.{theirs} join dir_unit u on u.id = c.unit_id
        where c.{mine} = :company
        order by p.state ->> 'legal_name', c.{theirs}, c.unit_id, c.status = 'active' desc, c.id desc limit 500""",  # noqa: S608 - names of this module
        **tenants.named(companies),
    )
    return [Partner(**dict(row)) for row in rows]
