"""Whom one company turns to at another one that it is connected with, and whether mail reaches them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from mesh.transaction import Transaction


@dataclass(frozen=True)
class PartnerContact:
    """An administrator of the partner, or a contact of its profile; `refused_since`: its server refuses the address."""

    name: str
    email: str
    phone: str
    purpose: str
    since: datetime
    refused_since: datetime | None


async def of(tx: Transaction, partner_id: UUID) -> list[PartnerContact]:
    """The contacts of a partner that the transaction's company is connected with; of others none."""
    rows = await tx.rows("select * from partner_contacts(:partner)", partner=partner_id)
    return [PartnerContact(**row) for row in rows]


async def refused(tx: Transaction, addresses: Sequence[str]) -> dict[str, datetime]:
    """Which of these addresses are refused by their servers, in lower case, and since when."""
    rows = await tx.rows(
        "select email, since from refused_addresses(cast(:addresses as text[]))",
        addresses=[address.lower() for address in addresses],
    )
    return {row["email"]: row["since"] for row in rows}
