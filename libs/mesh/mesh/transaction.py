"""One database transaction, with what must leave through it: facts for the outbox and rows for the audit trail."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import RowMapping
from sqlalchemy.engine.result import SimpleResultMetaData
from sqlalchemy.exc import MultipleResultsFound

from contracts.envelope import Envelope
from contracts.facts import Fact
from mesh.session import Session


class Outgoing(NamedTuple):
    """A fact on its way to the outbox; its envelope gets its sequence when the transaction ends."""

    fact: Fact
    envelope: Envelope


@dataclass(frozen=True)
class Executed:
    """What a statement did; `rowcount` is how many rows it inserted, changed or removed."""

    rowcount: int


@dataclass(frozen=True)
class AuditEntry:
    """Who did what to which thing. `detail` holds codes and ids, never secrets or documents."""

    at: datetime
    actor: str
    company_id: UUID | None
    action: str
    subject: str
    detail: Mapping[str, Any]


@dataclass
class Transaction:
    """Statements of one transaction. Nothing but `mesh.db` commits it."""

    session: Session
    service: str
    outgoing: list[Outgoing] = field(default_factory=list[Outgoing])
    audits: list[AuditEntry] = field(default_factory=list[AuditEntry])
    parting: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list[tuple[str, Mapping[str, Any]]])
    """Data-modifying queries with a name (`name as (…)`) and their parameters, which nothing in the transaction reads:
    they go to the database in its last statement, since a round trip costs as much as a small statement.
    """
    unnumbered: bool = False
    """Set by whoever leaves rows for a sequencer:
    it is woken after the commit instead of finding them at its next tick.
    """

    async def execute(self, sql: str, **parameters: Any) -> Executed:
        """Run one statement; parameters are written `:name`, arrays as `cast(:ids as uuid[])`."""
        return Executed(await self.session.execute(sql, parameters))

    async def rows(self, sql: str, **parameters: Any) -> list[RowMapping]:
        """All rows of a query, by column name."""
        return mappings(await self.session.fetch(sql, parameters))

    async def row(self, sql: str, **parameters: Any) -> RowMapping | None:
        """The only row of a query, or None."""
        return _only(await self.rows(sql, **parameters))

    async def value(self, sql: str, **parameters: Any) -> Any:
        """The first column of the only row, or None."""
        found = _only(await self.session.fetch(sql, parameters))
        return None if found is None else found[0]

    async def values(self, sql: str, **parameters: Any) -> list[Any]:
        """The first column of every row."""
        return [row[0] for row in await self.session.fetch(sql, parameters)]


@lru_cache(maxsize=2_000)
def _columns(names: tuple[str, ...]) -> SimpleResultMetaData:
    """What a statement's columns are called; working it out costs more than a row."""
    return SimpleResultMetaData(names)


def mappings(records: Sequence[Any]) -> list[RowMapping]:
    """A driver's rows by column name."""
    if not records:
        return []
    columns = _columns(tuple(records[0].keys()))
    # What SQLAlchemy's results make of a row, without a result around it, which costs as much as six rows.
    places: Any = columns._key_to_index  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] -- a row takes it, and nothing public gives it
    return [RowMapping(columns, None, places, tuple(record)) for record in records]


def _only(rows: list[Any]) -> Any:
    if len(rows) > 1:
        raise MultipleResultsFound("Multiple rows were found when one or none was required")
    return rows[0] if rows else None
