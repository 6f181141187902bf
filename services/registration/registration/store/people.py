"""Rows of `person`, `membership` and `credential`."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from contracts import rights
from contracts.registration import Membership, Role
from mesh.transaction import Transaction


@dataclass(frozen=True)
class Known:
    """A person found by their e-mail."""

    person_id: UUID
    name: str
    language: str
    active: bool
    has_credential: bool
    memberships: int


async def by_email(tx: Transaction, email: str) -> Known | None:
    """The person with this e-mail, whichever companies they act for."""
    row = await tx.row("select * from person_of_email(:email)", email=email)
    if row is None:
        return None
    content = dict(row)
    return Known(content.pop("id"), **content)


@dataclass(frozen=True)
class Addressee:
    """To whom a mail goes, and in which language."""

    email: str
    name: str
    language: str


async def addressee(tx: Transaction, person_id: UUID) -> Addressee:
    """Where a person is written to; a request asks about people of its companies."""
    row = await tx.row("select email, name, language from person where id = :person", person=person_id)
    assert row is not None
    return Addressee(**row)


@dataclass(frozen=True)
class Acting:
    """Somebody who acts for a company, with where they are written to."""

    person_id: UUID
    email: str
    name: str
    language: str


async def acting_for(tx: Transaction, company_id: UUID) -> list[Acting]:
    """Who acts for a company and is not shut out. For the pipeline role."""
    rows = await tx.rows(
        """select p.id as person_id, p.email, p.name, p.language from membership m join person p on p.id = m.person_id
        where m.company_id = :company and m.active and p.active and not p.erased order by p.id""",
        company=company_id,
    )
    return [Acting(**row) for row in rows]


async def email_of(tx: Transaction, person_id: UUID) -> str:
    """A person's first address. For the pipeline role."""
    return (await addressee(tx, person_id)).email


async def password_hash(tx: Transaction, person_id: UUID) -> str | None:
    """The stored hash; None before the account was activated. For the pipeline role."""
    found: str | None = await tx.value(
        "select password_hash from credential where person_id = :person", person=person_id
    )
    return found


async def set_password(tx: Transaction, person_id: UUID, hashed: str) -> None:
    """Keep a new hash. For the pipeline role."""
    await tx.execute(
        """insert into credential (person_id, password_hash, changed_at) values (:person, :hashed, now())
        on conflict (person_id) do update set password_hash = excluded.password_hash, changed_at = now()""",
        person=person_id,
        hashed=hashed,
    )


async def exempt(tx: Transaction, person_id: UUID, *, exempt: bool) -> None:
    """Let somebody sign in with the password alone: people of a demo. For the pipeline role."""
    await tx.execute(
        "update person set second_factor = :state where id = :person",
        person=person_id,
        state="exempt" if exempt else "required",
    )


async def insert(tx: Transaction, person_id: UUID, *, email: str, name: str, language: str) -> bool:
    """Make a person; False when the e-mail or the id is taken."""
    result = await tx.execute(
        """insert into person (id, email, name, language) values (:id, :email, :name, :language)
        on conflict do nothing""",
        id=person_id,
        email=email,
        name=name,
        language=language,
    )
    return result.rowcount == 1


async def set_roles(tx: Transaction, person_id: UUID, company_id: UUID, roles: Iterable[Role]) -> None:
    """Let a person act for a company as these, and no others; at least one. Single rights stay."""
    await tx.execute(
        """insert into membership (person_id, company_id, roles) values (:person, :company, cast(:roles as text[]))
        on conflict (company_id, person_id) do update set roles = excluded.roles""",
        person=person_id,
        company=company_id,
        roles=sorted(roles),
    )


async def set_rights(tx: Transaction, person_id: UUID, wanted: Membership) -> None:
    """Let somebody who acts for a company do this for it, and nothing else."""
    await tx.execute(
        """update membership set roles = cast(:roles as text[]), given = cast(:given as text[]),
            taken = cast(:taken as text[])
        where person_id = :person and company_id = :company""",
        person=person_id,
        company=wanted.company_id,
        roles=sorted(wanted.roles),
        given=sorted(wanted.given),
        taken=sorted(wanted.taken),
    )


async def set_active(tx: Transaction, person_id: UUID, company_id: UUID, *, active: bool) -> None:
    """Let a person act for a company, or not for now."""
    await tx.execute(
        "update membership set active = :active where person_id = :person and company_id = :company",
        person=person_id,
        company=company_id,
        active=active,
    )


async def is_active(tx: Transaction, person_id: UUID, company_id: UUID) -> bool:
    """Whether a person may act for a company now."""
    found: bool | None = await tx.value(
        "select active from membership where person_id = :person and company_id = :company",
        person=person_id,
        company=company_id,
    )
    return bool(found)


async def remove(tx: Transaction, person_id: UUID, company_id: UUID) -> None:
    """The person acts for the company no more."""
    await tx.execute(
        "delete from membership where person_id = :person and company_id = :company",
        person=person_id,
        company=company_id,
    )


async def about(tx: Transaction, person_id: UUID) -> dict[str, Any] | None:
    """Name, language and e-mail of a person, with the companies they act for: id, legal_name, roles, rights."""
    row = await tx.row(
        """select p.id, p.email, p.name, p.language,
            (select coalesce(jsonb_agg(jsonb_build_object('id', c.id, 'legal_name', c.legal_name, 'roles', m.roles,
                'given', m.given, 'taken', m.taken, 'supplier', c.supplier, 'buyer', c.buyer)
                order by c.legal_name, c.id), '[]')
                from membership m join company c on c.id = m.company_id
                where m.person_id = p.id and m.active and c.active and not c.erased) as companies
        from person p where p.id = :person""",
        person=person_id,
    )
    if row is None:
        return None
    companies = [
        each | {"rights": sorted(rights.held(Membership.model_validate(each | {"company_id": each["id"]})))}
        for each in row["companies"]
    ]
    return dict(row) | {"companies": companies}


async def lock_email(tx: Transaction, email: str) -> None:
    """Let others who would make a person of this e-mail wait until this transaction ends."""
    await tx.execute("select pg_advisory_xact_lock(hashtextextended('person/' || lower(:email), 0))", email=email)


async def membership(tx: Transaction, person_id: UUID, company_id: UUID) -> Membership | None:
    """As what a person acts for a company; None when they do not."""
    row = await tx.row(
        """select company_id, roles, given, taken from membership
        where person_id = :person and company_id = :company""",
        person=person_id,
        company=company_id,
    )
    return Membership.model_validate(dict(row)) if row else None


async def runs(tx: Transaction, person_id: UUID, company_id: UUID) -> bool:
    """Whether a person is the company's administrator and may act for it now."""
    found: bool = await tx.value(
        """select exists (select from membership m join person p on p.id = m.person_id
            where m.company_id = :company and m.person_id = :person and 'administrator' = any (m.roles) and m.active
            and p.active and not p.erased)""",
        person=person_id,
        company=company_id,
    )
    return found


async def other_administrators(tx: Transaction, person_id: UUID, company_id: UUID) -> bool:
    """Whether somebody else runs the company, with all the rights of that role: nobody could give them back else."""
    found: bool = await tx.value(
        """select exists (select from membership m join person p on p.id = m.person_id
            where m.company_id = :company and m.person_id <> :person and 'administrator' = any (m.roles)
            and m.taken = '{}' and m.active and p.active and not p.erased)""",
        person=person_id,
        company=company_id,
    )
    return found


async def members(tx: Transaction, company_id: UUID) -> list[dict[str, Any]]:
    """Those who act for a company, by name: id, email, name, language, roles, given, taken, active."""
    rows = await tx.rows(
        """select p.id, p.email, p.name, p.language, m.roles, m.given, m.taken, m.active
        from membership m join person p on p.id = m.person_id
        where m.company_id = :company and not p.erased order by p.name, p.id""",
        company=company_id,
    )
    return [dict(row) for row in rows]


async def describe(tx: Transaction, person_id: UUID, *, name: str | None, language: str | None) -> None:
    """Change how a person is called and in which language they are written to."""
    await tx.execute(
        "update person set name = coalesce(:name, name), language = coalesce(:language, language) where id = :person",
        person=person_id,
        name=name,
        language=language,
    )


async def companies_run(tx: Transaction, person_id: UUID) -> list[UUID]:
    """The companies that a person runs. For the pipeline role."""
    return await tx.values(
        """select m.company_id from membership m join company c on c.id = m.company_id
        where m.person_id = :id and 'administrator' = any (m.roles) and c.active and not c.erased order by 1""",
        id=person_id,
    )
