"""Looks into the directory: what every company may see of every other one."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from mesh.db import jsonb
from mesh.transaction import Transaction
from registration.domain.search_text import Wanted, folded

FOUND_AT_MOST: Final = 200
"""Rows that a search looks at; more than these mean that more characters are needed."""


@dataclass(frozen=True)
class Filters:
    """What narrows a search further; None: it does not."""

    country: str | None = None
    created_since: date | None = None
    supplier: bool | None = None
    buyer: bool | None = None
    status: str | None = None
    """Of the asking company's connections: `none` or a connection's status."""


@dataclass(frozen=True)
class Entry:
    """A company as others see it, with how the asking company stands with it (unit, status)."""

    id: UUID
    legal_name: str
    country: str
    city: str | None
    vat_id: str | None
    legal_id: dict[str, str] | None
    identifiers: list[dict[str, str]]
    supplier: bool
    buyer: bool
    created_at: datetime
    confirmed: bool
    in_register: dict[str, Any]
    group_name: str | None
    units: list[dict[str, Any]]
    connections: list[dict[str, Any]]


async def search(tx: Transaction, wanted: Wanted, filters: Filters, own: UUID) -> tuple[list[Entry], bool]:
    """Companies that the filters leave of those whose name or identifiers hold the words, names that begin with them
    first; whether there are more."""
    narrowed = {name: value for name, value in asdict(filters).items() if value is not None}
    if narrowed:
        rows = await tx.rows(
            "select id from directory_narrowed(:words, :pattern, :wanted, :own, cast(:narrowed as jsonb))",
            words=wanted.words,
            pattern=wanted.pattern,
            wanted=FOUND_AT_MOST + 1,
            own=own,
            narrowed=jsonb(narrowed),
        )
    else:
        rows = await tx.rows(
            "select id from directory_search(:words, :pattern, :wanted)",
            words=wanted.words,
            pattern=wanted.pattern,
            wanted=FOUND_AT_MOST + 1,
        )
    ids = [row["id"] for row in rows if row["id"] is not None]
    found = await entries(tx, ids, own)
    found.sort(key=lambda entry: (not folded(entry.legal_name).startswith(wanted.words), entry.legal_name, entry.id))
    return found, len(ids) > FOUND_AT_MOST or len(ids) < len(rows)


async def entries(tx: Transaction, ids: list[UUID], own: UUID) -> list[Entry]:
    """What others see of these companies."""
    rows = await tx.rows(
        """select e.*, coalesce((select jsonb_agg(jsonb_build_object('id', n.id, 'unit_id', n.unit_id,
                'status', n.status, 'ready_state', n.ready_state) order by n.id) from connection n
            where (n.supplier_id = :own and n.buyer_id = e.id) or (n.buyer_id = :own and n.supplier_id = e.id)), '[]')
            as connections
        from directory_entries(cast(:ids as uuid[])) e""",
        ids=ids,
        own=own,
    )
    return [Entry(**row) for row in rows]
