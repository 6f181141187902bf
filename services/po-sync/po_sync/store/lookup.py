"""Who is meant by a document's identifiers, by this service's projection of registration's state."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from contracts.registration import UnitState
from mesh.transaction import Transaction
from po_sync.domain.parties import Key, key

Known = Mapping[Key, frozenset[UUID]]
"""Active companies by the identifiers that name them."""


@dataclass(frozen=True)
class Match:
    """The company that identifiers name; `ambiguous` when each of those that are known names several."""

    company_id: UUID | None
    ambiguous: bool = False


async def companies(tx: Transaction, keys: Iterable[Key], flag: str) -> Known:
    """The suppliers, or buyers (`flag`), that each of these identifiers names; unknown ones are left out.

    What an account that became part of another one is known by names the other one.
    """
    wanted = list(dict.fromkeys(keys))
    rows = await tx.rows(
        """select d.scheme, d.value, array_agg(distinct c.id) companies
        from unnest(cast(:schemes as text[]), cast(:values as text[])) k(scheme, value)
        join dir_identifier d on d.scheme = k.scheme and d.value = k.value
        join dir_company n on n.id = d.company_id
        join dir_company c on c.id = coalesce(cast(n.state ->> 'merged_into' as uuid), n.id)
        where c.state @> '{"active": true, "erased": false}' and cast(c.state ->> :flag as boolean)
        group by d.scheme, d.value""",
        schemes=[found.scheme for found in wanted],
        values=[found.value for found in wanted],
        flag=flag,
    )
    return {Key(row["scheme"], row["value"]): frozenset(row["companies"]) for row in rows}


def speaks_for(keys: Iterable[Key], known: Known, companies: Sequence[UUID]) -> bool:
    """Whether one of the companies may be whom the identifiers name: it is, or none of them is known."""
    named = {company for wanted in keys for company in known.get(wanted, ())}
    return not named or not named.isdisjoint(companies)


def match(keys: Sequence[Key], known: Known) -> Match:
    """The company that the most specific known identifier names alone."""
    found = [known[wanted] for wanted in keys if wanted in known]
    alone = next((companies for companies in found if len(companies) == 1), None)
    return Match(next(iter(alone))) if alone else Match(None, ambiguous=bool(found))


GETTING_READY: Final = "coalesce(c.state ->> 'ready_state', 'none') in ('notified', 'held')"
"""The buyer has given notice of the day from which on orders go out (a connection without a notice needs none)."""


async def connected(tx: Transaction, suppliers: Iterable[UUID]) -> dict[tuple[UUID, UUID], bool]:
    """Supplier and unit of every active connection of these suppliers, and whether orders go out on it yet."""
    rows = await tx.rows(
        f"""select supplier_id, unit_id, bool_or(not {GETTING_READY}) ready from dir_connection c
        where supplier_id = any (cast(:suppliers as uuid[])) and status = 'active' group by 1, 2""",  # noqa: S608 - a text of this module
        suppliers=list(set(suppliers)),
    )
    return {(row["supplier_id"], row["unit_id"]): row["ready"] for row in rows}


def unit(units: Sequence[UnitState], keys: Sequence[Key], name: str | None, asked: UUID | None) -> UUID | None:
    """The buyer's unit: the one that was asked for, else by identifier, else by name, else the only one."""
    active = [found for found in units if found.active]
    if asked is not None:
        return next((found.unit_id for found in active if found.unit_id == asked), None)
    for wanted in keys:
        named = [found.unit_id for found in active if wanted in _keys(found)]
        if len(named) == 1:
            return named[0]
    if name:
        called = [found.unit_id for found in active if _is_called(found, name)]
        if len(called) == 1:
            return called[0]
    return active[0].unit_id if len(active) == 1 else None


def _is_called(unit: UnitState, name: str) -> bool:
    wanted = name.casefold()
    codes = {identifier.value.casefold() for identifier in unit.identifiers}
    return unit.name.casefold() == wanted or str(unit.unit_id) == wanted or wanted in codes


def _keys(unit: UnitState) -> set[Key]:
    return {key(identifier.scheme, identifier.value) for identifier in unit.identifiers}
