"""What stands between a supplier and a buyer's unit, with what the unit's rulebook wants filled: one look for both."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final, NamedTuple
from uuid import UUID

from pydantic import TypeAdapter

from contracts.rulebooks import Enrichment
from mesh import directory
from mesh.directory import Pair
from mesh.transaction import Transaction

_ENRICHMENT: Final = TypeAdapter(tuple[Enrichment, ...])


class Known(NamedTuple):
    """The two sides, and terms to fill where an invoice lacks them."""

    pair: Pair
    wanted: tuple[Enrichment, ...]


def query(supplier: str, unit: str) -> str:
    """For a statement that reads more, whose columns or parameters `supplier` and `unit` are; `of` reads its row."""
    return f"""select pair.*, (select cast(enrichment as text) from rulebook where unit_id = {unit}) pair_wanted
        from ({directory.pair_of(supplier, unit)}) pair"""  # noqa: S608 - names of the caller's statement


_QUERY: Final = query(":supplier", ":unit")


def of(row: Mapping[Any, Any]) -> Known | None:
    """What a row of `query` holds; None for an unknown unit."""
    pair = directory.pair_in(row)
    return None if pair is None else Known(pair, _wanted(row["pair_wanted"]))


async def one(tx: Transaction, supplier_id: UUID, unit_id: UUID) -> Known | None:
    """All of it in one statement, since every document asks for it; None for an unknown unit."""
    row = await tx.row(_QUERY, supplier=supplier_id, unit=unit_id)
    return None if row is None else of(row)


@lru_cache(maxsize=500)
def _wanted(text: str | None) -> tuple[Enrichment, ...]:
    return _ENRICHMENT.validate_json(text) if text else ()
