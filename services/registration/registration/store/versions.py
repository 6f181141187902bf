"""Rows of `kept_version`: what companies and units said of themselves, each time that it changed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from mesh.db import jsonb
from mesh.transaction import Transaction


@dataclass(frozen=True)
class Version:
    """One version of a company or a unit; `changed` names what differs from the one before, nothing of the first.

    `person_name` is None once they have left the company, `person_id` where nobody of the company wrote it.
    """

    version: int
    content: dict[str, Any]
    changed: list[str]
    changed_at: datetime
    person_id: UUID | None
    person_name: str | None


async def keep(
    tx: Transaction, subject_id: UUID, company_id: UUID, content: dict[str, Any], person_id: UUID | None
) -> None:
    """Keep how a company or a unit of it stands, unless it stood so before; who calls holds its row."""
    await tx.execute(
        """with latest as (select version, content from kept_version where subject_id = :subject
            order by version desc limit 1)
        insert into kept_version (subject_id, company_id, version, content, person_id)
        select :subject, :company, coalesce((select version from latest), 0) + 1, cast(:content as jsonb), :person
        where (select content from latest) is distinct from cast(:content as jsonb)""",
        subject=subject_id,
        company=company_id,
        content=jsonb(content),
        person=person_id,
    )


async def latest(tx: Transaction, subject_id: UUID, limit: int) -> list[Version]:
    """The latest versions of a company or a unit, newest first."""
    rows = await tx.rows(
        """select v.version, v.content, v.changed_at, v.person_id, p.name as person_name
        from kept_version v left join person p on p.id = v.person_id
        where v.subject_id = :subject order by v.version desc limit :limit""",
        subject=subject_id,
        limit=limit + 1,
    )
    older: list[dict[str, Any] | None] = [*(row["content"] for row in rows[1:]), None]
    return [
        Version(changed=_changed(before, row["content"]), **row)
        for row, before in zip(rows[:limit], older, strict=False)
    ]


def _changed(older: dict[str, Any] | None, newer: dict[str, Any]) -> list[str]:
    return [] if older is None else sorted(name for name in newer if newer[name] != older.get(name))
