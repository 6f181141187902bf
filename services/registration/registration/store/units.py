"""Rows of `unit`: the parts of a buyer that order, each with its own settings."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping

from contracts.registration import Identifier
from mesh.db import jsonb
from mesh.transaction import Transaction
from registration.domain.unit import UnitSettings


@dataclass(frozen=True)
class Unit:
    """A unit; `version` is its revision."""

    id: UUID
    name: str
    active: bool
    settings: UnitSettings
    version: int


def _unit(row: RowMapping) -> Unit:
    # What is kept was checked when it came in; rules that have become stricter since must not hide it.
    kept: dict[str, Any] = dict(row["settings"])
    kept["identifiers"] = tuple(Identifier.model_validate(each) for each in kept.get("identifiers", ()))
    kept["pays_channels"] = tuple(kept.get("pays_channels", ()))
    return Unit(row["id"], row["name"], row["active"], UnitSettings.model_construct(**kept), row["revision"])


async def insert(tx: Transaction, unit_id: UUID, company_id: UUID, name: str, settings: UnitSettings) -> bool:
    """Make a unit; False when the company has one of this name, or there is one of this id."""
    result = await tx.execute(
        """insert into unit (id, company_id, name, settings)
        values (:id, :company, :name, cast(:settings as jsonb)) on conflict do nothing""",
        id=unit_id,
        company=company_id,
        name=name,
        settings=jsonb(settings.model_dump(mode="json")),
    )
    return result.rowcount == 1


async def of_company(tx: Transaction, company_id: UUID) -> list[Unit]:
    """The units of a company, by name."""
    rows = await tx.rows(
        "select id, name, active, settings, revision from unit where company_id = :company order by lower(name), id",
        company=company_id,
    )
    return [_unit(row) for row in rows]


async def read(tx: Transaction, unit_id: UUID, company_id: UUID) -> Unit | None:
    """A unit of a company, held until the transaction ends."""
    row = await tx.row(
        """select id, name, active, settings, revision from unit where id = :id and company_id = :company
        for update""",
        id=unit_id,
        company=company_id,
    )
    return _unit(row) if row else None


async def update(tx: Transaction, unit: Unit) -> bool:
    """Write a unit; False when the company has another one of this name."""
    values: dict[str, Any] = {
        "id": unit.id,
        "name": unit.name,
        "active": unit.active,
        "settings": jsonb(unit.settings.model_dump(mode="json")),
    }
    result = await tx.execute(
        """update unit u set name = :name, active = :active, settings = cast(:settings as jsonb)
        where id = :id and not exists (select from unit o
            where o.company_id = u.company_id and lower(o.name) = lower(:name) and o.id <> u.id)""",
        **values,
    )
    return result.rowcount == 1
