"""Of many units at once the rulebook in force is the newest version of each, as of this moment."""

from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr

import validation
from contracts.ids import new_id
from contracts.rulebooks import BuyerRule
from local_stack.fixtures import Infra, infra
from local_stack.fresh import fresh_database
from mesh.db import Database
from validation.store import rulebooks
from validation.store.rulebooks import Published

__all__ = ["infra"]

pytestmark = pytest.mark.connected


@pytest.fixture
async def database(infra: Infra) -> AsyncGenerator[Database]:
    async with fresh_database(infra, "validation", Path(validation.__file__).parent / "migrations") as fresh:
        database = Database(SecretStr(fresh.dsn("pipeline")), service="validation", role="pipeline")
        yield database
        await database.close()


def _version(number: int) -> Published:
    rule = BuyerRule(id=f"v{number}", kind="order_reference_required", messages={"fr": "…", "en": "…"})
    at = datetime(2026, 3, number, tzinfo=UTC)
    return Published(new_id(), new_id(), number, (rule,), "0" * 64, "a", "b", at, None)


async def test_each_unit_has_its_newest_version_and_one_without_rules_none(database: Database) -> None:
    first, other = _version(1), _version(2)
    async with database.transaction() as tx:
        for book in (first, replace(_version(10), unit_id=first.unit_id), other):
            await rulebooks.publish(tx, book)
        units = [other.unit_id, new_id(), first.unit_id, other.unit_id]
        found = await rulebooks.in_force(tx, units)
    assert [book.version if book else None for book in found] == [2, None, 10, 2]
    assert found[2] is not None
    assert found[2].rules[0].id == "v10"
