"""Rows of `back_end`, one a version."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from mesh.db import jsonb
from mesh.transaction import Transaction
from registration.domain.back_end import System


@dataclass(frozen=True)
class Version:
    """A company's systems as somebody set them up."""

    version: int
    systems: tuple[System, ...]
    actor: str
    changed_at: datetime


async def versions(tx: Transaction, company_id: UUID, limit: int) -> list[Version]:
    """The latest versions, newest first; none as long as nothing was set up."""
    rows = await tx.rows(
        """select version, content, actor, changed_at from back_end where company_id = :company
        order by version desc limit :limit""",
        company=company_id,
        limit=limit,
    )
    return [
        Version(
            row["version"],
            tuple(System.model_validate(each) for each in row["content"]),
            row["actor"],
            row["changed_at"],
        )
        for row in rows
    ]


async def append(tx: Transaction, company_id: UUID, version: int, systems: Sequence[System], actor: str) -> None:
    """Keep a new version; the older ones stay. For the pipeline role."""
    await tx.execute(
        """insert into back_end (company_id, version, content, actor)
        values (:company, :version, cast(:content as jsonb), :actor)""",
        company=company_id,
        version=version,
        content=jsonb([each.model_dump(mode="json") for each in systems]),
        actor=actor,
    )
