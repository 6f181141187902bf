"""Rulebooks of buyers' units: one draft each, and every version that was published."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from pydantic import TypeAdapter
from sqlalchemy import RowMapping

from contracts.rulebooks import BuyerRule, Enrichment
from mesh.transaction import Transaction
from validation.domain.backtest import Backtest
from validation.domain.rule_examples import RuleExample

_RULES = TypeAdapter(tuple[BuyerRule, ...])
_ENRICHMENT = TypeAdapter(tuple[Enrichment, ...])
_EXAMPLES = TypeAdapter(dict[str, tuple[RuleExample, ...]])
Examples = Mapping[str, tuple[RuleExample, ...]]


@dataclass(frozen=True)
class Draft:
    """A unit's draft. `revision` counts saves; `tested` and `backtest` are of this revision, or False and None."""

    unit_id: UUID
    buyer_id: UUID
    rules: tuple[BuyerRule, ...]
    enrichment: tuple[Enrichment, ...]
    examples: Examples
    revision: int
    written_by: str
    tested: bool
    backtest: Backtest | None


@dataclass(frozen=True)
class NewDraft:
    """A draft about to be kept. `enrichment` of None: as the draft before had it."""

    unit_id: UUID
    buyer_id: UUID
    rules: tuple[BuyerRule, ...]
    examples: Examples
    enrichment: tuple[Enrichment, ...] | None
    by: str


@dataclass(frozen=True)
class Published:
    """One version. `rolled_back_to`: the version whose rules it took up again; 0: those of before the first one."""

    unit_id: UUID
    buyer_id: UUID
    version: int
    rules: tuple[BuyerRule, ...]
    sha256: str
    written_by: str
    published_by: str
    published_at: datetime
    rolled_back_to: int | None
    enrichment: tuple[Enrichment, ...] = ()

    @property
    def content(self) -> tuple[tuple[BuyerRule, ...], tuple[Enrichment, ...]]:
        """What a version asks for, whatever its number is."""
        return self.rules, self.enrichment


async def draft(tx: Transaction, unit_id: UUID, *, lock: bool = False) -> Draft | None:
    """A unit's draft, as far as the role sees it."""
    row = await tx.row(f"select * from rulebook where unit_id = :unit{' for update' if lock else ''}", unit=unit_id)  # noqa: S608 - a constant
    if row is None:
        return None
    return Draft(
        unit_id=row["unit_id"],
        buyer_id=row["buyer_id"],
        rules=_RULES.validate_python(row["draft"]),
        enrichment=_ENRICHMENT.validate_python(row["enrichment"]),
        examples=_EXAMPLES.validate_python(row["examples"]),
        revision=row["revision"],
        written_by=row["written_by"],
        tested=row["tested"],
        backtest=None if row["backtest"] is None else Backtest.model_validate(row["backtest"]),
    )


async def save_draft(tx: Transaction, new: NewDraft) -> int:
    """Keep a draft, neither tested nor backtested; returns its revision. What is published stays as it is."""
    return await tx.value(
        """insert into rulebook (unit_id, buyer_id, draft, examples, enrichment, written_by)
        values (:unit, :buyer, cast(:rules as jsonb), cast(:examples as jsonb),
            coalesce(cast(:enrichment as jsonb), '[]'), :by)
        on conflict (unit_id) do update set draft = excluded.draft, examples = excluded.examples,
            enrichment = coalesce(cast(:enrichment as jsonb), rulebook.enrichment),
            written_by = excluded.written_by, revision = rulebook.revision + 1, tested = false, backtest = null,
            updated_at = now() returning revision""",
        unit=new.unit_id,
        buyer=new.buyer_id,
        rules=_RULES.dump_json(new.rules).decode(),
        examples=_EXAMPLES.dump_json(dict(new.examples)).decode(),
        enrichment=None if new.enrichment is None else _ENRICHMENT.dump_json(new.enrichment).decode(),
        by=new.by,
    )


async def keep_test(tx: Transaction, book: Draft, *, kept: bool) -> bool:
    """Note whether a draft's examples hold; False when it was changed meanwhile."""
    return await _note(tx, book, "tested = :tested", tested=kept)


async def keep_backtest(tx: Transaction, book: Draft, report: Backtest) -> bool:
    """Keep a draft's backtest; False when it was changed meanwhile."""
    return await _note(tx, book, "backtest = cast(:report as jsonb)", report=report.model_dump_json())


async def _note(tx: Transaction, book: Draft, change: str, **values: Any) -> bool:
    changed = await tx.value(
        f"update rulebook set {change} where unit_id = :unit and revision = :revision returning unit_id",  # noqa: S608 - constants
        unit=book.unit_id,
        revision=book.revision,
        **values,
    )
    return changed is not None


async def published(tx: Transaction, unit_id: UUID, version: int | None = None) -> Published | None:
    """The version in force, or the one asked for."""
    row = await tx.row(
        """select * from rulebook_version where unit_id = :unit
            and (cast(:version as int) is null or version = :version) order by version desc limit 1""",
        unit=unit_id,
        version=version,
    )
    return None if row is None else _published(row)


async def in_force(tx: Transaction, unit_ids: Sequence[UUID]) -> list[Published | None]:
    """The version in force of each unit, in their order."""
    rows = await tx.rows(
        """select v.* from (select distinct unit from json_array_elements_text(cast(:units as json)) unit) u
            cross join lateral (select * from rulebook_version where unit_id = cast(u.unit as uuid)
                order by version desc limit 1) v""",
        units=orjson.dumps(list(unit_ids)).decode(),
    )
    found = {row["unit_id"]: _published(row) for row in rows}
    return [found.get(unit) for unit in unit_ids]


async def versions(tx: Transaction, unit_id: UUID) -> list[Published]:
    """The newest 100, newest first."""
    rows = await tx.rows(
        "select * from rulebook_version where unit_id = :unit order by version desc limit 100", unit=unit_id
    )
    return [_published(row) for row in rows]


async def publish(tx: Transaction, book: Published) -> None:
    """Put a version into force. Raises the database's error when another one took its number."""
    await tx.execute(
        """insert into rulebook_version (unit_id, version, buyer_id, rules, enrichment, sha256, written_by,
            published_by, published_at, rolled_back_to)
        values (:unit, :version, :buyer, cast(:rules as jsonb), cast(:enrichment as jsonb), :sha256, :written_by,
            :published_by, :at, :back)""",
        unit=book.unit_id,
        version=book.version,
        buyer=book.buyer_id,
        rules=_RULES.dump_json(book.rules).decode(),
        enrichment=_ENRICHMENT.dump_json(book.enrichment).decode(),
        sha256=book.sha256,
        written_by=book.written_by,
        published_by=book.published_by,
        at=book.published_at,
        back=book.rolled_back_to,
    )


def _published(row: RowMapping) -> Published:
    rules = _RULES.validate_python(row["rules"])
    return Published(
        unit_id=row["unit_id"],
        buyer_id=row["buyer_id"],
        version=row["version"],
        rules=rules,
        sha256=row["sha256"],
        written_by=row["written_by"],
        published_by=row["published_by"],
        published_at=row["published_at"],
        rolled_back_to=row["rolled_back_to"],
        enrichment=_ENRICHMENT.validate_python(row["enrichment"]),
    )
