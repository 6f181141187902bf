"""Who is meant by a document's identifiers, by this service's projection of registration's state."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from contracts.registration import UnitState
from mesh import directory
from mesh.transaction import Transaction
from po_sync.domain.parties import Key, key


@dataclass(frozen=True)
class Match:
    """The company that identifiers name; `ambiguous` when each of those that are known names several."""

    company_id: UUID | None
    ambiguous: bool = False


async def _companies(tx: Transaction, keys: Sequence[Key], flag: str) -> list[list[UUID]]:
    """Active companies per known key, in the keys' order."""
    rows = await tx.rows(
        """select k.n, array_agg(distinct d.company_id) companies
        from unnest(cast(:schemes as text[]), cast(:values as text[])) with ordinality k(scheme, value, n)
        join dir_identifier d on d.scheme = k.scheme and d.value = k.value
        join dir_company c on c.id = d.company_id
        where c.state @> '{"active": true, "erased": false}' and cast(c.state ->> :flag as boolean)
        group by k.n order by k.n""",
        schemes=[found.scheme for found in keys],
        values=[found.value for found in keys],
        flag=flag,
    )
    return [list(row["companies"]) for row in rows]


async def supplier(tx: Transaction, keys: Sequence[Key]) -> Match:
    """The supplier that the most specific known identifier names alone."""
    known = await _companies(tx, keys, "supplier")
    for companies in known:
        if len(companies) == 1:
            return Match(companies[0])
    return Match(None, ambiguous=bool(known))


async def buyers(tx: Transaction, keys: Sequence[Key]) -> set[UUID]:
    """Every buyer that one of the identifiers names."""
    return {company for companies in await _companies(tx, keys, "buyer") for company in companies}


async def unit(
    tx: Transaction, buyer_id: UUID, keys: Sequence[Key], name: str | None, asked: UUID | None
) -> UUID | None:
    """The buyer's unit: the one that was asked for, else by identifier, else by name, else the only one."""
    units = [found for found in await directory.units_of(tx, buyer_id) if found.active]
    if asked is not None:
        return next((found.unit_id for found in units if found.unit_id == asked), None)
    for wanted in keys:
        named = [found.unit_id for found in units if wanted in _keys(found)]
        if len(named) == 1:
            return named[0]
    if name:
        called = [found.unit_id for found in units if found.name.casefold() == name.casefold()]
        if len(called) == 1:
            return called[0]
    return units[0].unit_id if len(units) == 1 else None


def _keys(unit: UnitState) -> set[Key]:
    return {key(identifier.scheme, identifier.value) for identifier in unit.identifiers}
