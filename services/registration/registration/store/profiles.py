"""Rows of `company_profile`, one a version, and of `company_logo`."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.refs import DocumentRef
from mesh.db import jsonb
from mesh.transaction import Transaction
from registration.domain.profile import Profile


@dataclass(frozen=True)
class Version:
    """One version of a profile; `person_name` is None once they have left the company,
    `person_id` where two operators wrote it."""

    version: int
    profile: Profile
    changed_at: datetime
    person_id: UUID | None
    person_name: str | None


async def latest(tx: Transaction, company_id: UUID) -> tuple[Profile, int]:
    """A company's profile and its version; an empty one is version 0."""
    row = await tx.row(
        """select content, version from company_profile where company_id = :company
        order by version desc limit 1""",
        company=company_id,
    )
    # What is kept was checked when it came in; rules that have become stricter since must not hide it.
    return (Profile.model_validate(row["content"]), row["version"]) if row else (Profile(), 0)


async def append(tx: Transaction, company_id: UUID, version: int, profile: Profile, person_id: UUID | None) -> None:
    """Keep a new version; the older ones stay."""
    await tx.execute(
        """insert into company_profile (company_id, version, content, person_id)
        values (:company, :version, cast(:content as jsonb), :person)""",
        company=company_id,
        version=version,
        content=profile.model_dump_json(),
        person=person_id,
    )


async def versions(tx: Transaction, company_id: UUID, limit: int) -> list[Version]:
    """The latest versions, newest first."""
    rows = await tx.rows(
        """select v.version, v.content, v.changed_at, v.person_id, p.name
        from company_profile v left join person p on p.id = v.person_id
        where v.company_id = :company order by v.version desc limit :limit""",
        company=company_id,
        limit=limit,
    )
    return [
        Version(version, Profile.model_validate(content), changed_at, person_id, person_name)
        for version, content, changed_at, person_id, person_name in (row.values() for row in rows)
    ]


async def logo(tx: Transaction, company_id: UUID) -> tuple[str, bytes] | None:
    """Media type and bytes of a company's logo."""
    row = await tx.row("select media_type, content from company_logo where company_id = :company", company=company_id)
    return (row["media_type"], row["content"]) if row else None


async def set_logo(tx: Transaction, company_id: UUID, content: bytes, original: DocumentRef) -> None:
    """Keep a logo in place of the one before; `original` is where other services read the same bytes."""
    await tx.execute(
        """insert into company_logo (company_id, media_type, content, original)
        values (:company, :media_type, :content, cast(:original as jsonb))
        on conflict (company_id) do update
        set media_type = :media_type, content = :content, original = excluded.original, changed_at = now()""",
        company=company_id,
        media_type=original.media_type,
        content=content,
        original=jsonb(original.model_dump(mode="json")),
    )


async def remove_logo(tx: Transaction, company_id: UUID) -> bool:
    """Without a logo from now on; False when there was none."""
    result = await tx.execute("delete from company_logo where company_id = :company", company=company_id)
    return result.rowcount == 1
