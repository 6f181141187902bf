"""Rulebooks of buyers' units: a draft, and the published one with its version."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pydantic import TypeAdapter

from contracts.rulebooks import BuyerRule
from mesh import directory
from mesh.transaction import Transaction

_RULES = TypeAdapter(tuple[BuyerRule, ...])


@dataclass(frozen=True)
class Rulebook:
    """One unit's rules; `published` is None until the first publication, then `version` counts from 1."""

    unit_id: UUID
    buyer_id: UUID
    draft: tuple[BuyerRule, ...]
    published: tuple[BuyerRule, ...] | None
    version: int
    published_at: datetime | None


async def find(tx: Transaction, unit_id: UUID, *, lock: bool = False) -> Rulebook | None:
    """A unit's rulebook, as far as the role sees it."""
    row = await tx.row(f"select * from rulebook where unit_id = :unit{' for update' if lock else ''}", unit=unit_id)  # noqa: S608 - a constant
    if row is None:
        return None
    return Rulebook(
        unit_id=row["unit_id"],
        buyer_id=row["buyer_id"],
        draft=_RULES.validate_python(row["draft"]),
        published=None if row["published"] is None else _RULES.validate_python(row["published"]),
        version=row["version"],
        published_at=row["published_at"],
    )


async def save_draft(tx: Transaction, unit_id: UUID, buyer_id: UUID, rules: tuple[BuyerRule, ...]) -> None:
    """Keep a draft; what is published stays as it is."""
    await tx.execute(
        """insert into rulebook (unit_id, buyer_id, draft) values (:unit, :buyer, cast(:rules as jsonb))
        on conflict (unit_id) do update set draft = excluded.draft, updated_at = now()""",
        unit=unit_id,
        buyer=buyer_id,
        rules=_RULES.dump_json(rules).decode(),
    )


async def publish(tx: Transaction, unit_id: UUID, at: datetime) -> int:
    """Make the draft the published rulebook; returns its version."""
    return await tx.value(
        """update rulebook set published = draft, version = version + 1, published_at = :at where unit_id = :unit
        returning version""",
        unit=unit_id,
        at=at,
    )


async def published(tx: Transaction, unit_id: UUID) -> tuple[tuple[BuyerRule, ...], int | None]:
    """The rules in force for a unit and their version; none, None where nothing was published."""
    book = await find(tx, unit_id)
    if book is None or book.published is None:
        return (), None
    return book.published, book.version


async def readable(tx: Transaction, unit_id: UUID, company_id: UUID) -> tuple[tuple[BuyerRule, ...], int | None]:
    """As `published`, but nothing for a company that neither owns the unit nor is connected to it."""
    book = await find(tx, unit_id)
    if book is None or not (book.buyer_id == company_id or await directory.connected(tx, company_id, unit_id)):
        return (), None
    return await published(tx, unit_id)
