"""Rows of `factor` and `recovery_code`: what a sign-in is proved with beside the password. For the pipeline role."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from contracts.registration import Role
from mesh.transaction import Transaction
from registration.domain.second_factor import Method


@dataclass(frozen=True)
class Factor:
    """A factor; `confirmed_at` is None until it was proved once."""

    id: UUID
    person_id: UUID
    kind: Method
    name: str
    sealed: str | None
    last_step: int | None
    credential_id: bytes | None
    public_key: bytes | None
    sign_count: int | None
    created_at: datetime
    confirmed_at: datetime | None
    used_at: datetime | None


@dataclass(frozen=True)
class Standing:
    """A person at sign-in: where they are written to, what they set up, and what their companies allow."""

    email: str
    name: str
    language: str
    exempt: bool
    factors: tuple[Factor, ...]
    recovery_codes: int
    companies: dict[UUID, tuple[tuple[Role, ...], tuple[str, ...]]]

    def confirmed(self, kind: Method) -> list[Factor]:
        """Their factors of a kind that work."""
        return [factor for factor in self.factors if factor.kind is kind and factor.confirmed_at]


def _factor(row: Any) -> Factor:
    content: dict[str, Any] = dict(row)
    for column in ("credential_id", "public_key"):
        content[column] = bytes(content[column]) if content[column] is not None else None
    content["kind"] = Method(content["kind"])
    return Factor(**content)


_COLUMNS = """id, person_id, kind, name, sealed, last_step, credential_id, public_key, sign_count, created_at,
    confirmed_at, used_at"""


async def standing(tx: Transaction, person_id: UUID) -> Standing | None:
    """Everything that decides about a person's second factor; None for somebody who may not sign in at all."""
    person = await tx.row(
        """select email, name, language, second_factor,
            (select count(*) from recovery_code r where r.person_id = p.id and r.used_at is null) as codes,
            (select coalesce(
                jsonb_agg(jsonb_build_object('id', c.id, 'roles', m.roles, 'may', c.sign_in_methods)), '[]')
                from membership m join company c on c.id = m.company_id
                where m.person_id = p.id and m.active and c.active and not c.erased) as companies
        from person p where p.id = :person and p.active and not p.erased""",
        person=person_id,
    )
    if person is None:
        return None
    return Standing(
        email=person["email"],
        name=person["name"],
        language=person["language"],
        exempt=person["second_factor"] == "exempt",
        factors=tuple(await of_person(tx, person_id)),
        recovery_codes=person["codes"],
        companies={
            UUID(each["id"]): (tuple(Role(role) for role in each["roles"]), tuple(each["may"]))
            for each in person["companies"]
        },
    )


async def of_person(tx: Transaction, person_id: UUID) -> list[Factor]:
    """All factors of a person, oldest first, those not confirmed yet included."""
    rows = await tx.rows(
        f"select {_COLUMNS} from factor where person_id = :person order by id",  # noqa: S608 - columns of this module
        person=person_id,
    )
    return [_factor(row) for row in rows]


async def insert(
    tx: Transaction,
    factor_id: UUID,
    person_id: UUID,
    kind: Method,
    name: str,
    *,
    sealed: str | None = None,
    confirmed: bool = False,
) -> None:
    """Keep a factor; it counts once it is confirmed. One that was begun before and never proved goes."""
    await tx.execute(
        "delete from factor where person_id = :person and kind = :kind and confirmed_at is null",
        person=person_id,
        kind=str(kind),
    )
    await tx.execute(
        """insert into factor (id, person_id, kind, name, sealed, confirmed_at)
        values (:id, :person, :kind, :name, :sealed, case when :confirmed then now() end)""",
        id=factor_id,
        person=person_id,
        kind=str(kind),
        name=name,
        sealed=sealed,
        confirmed=confirmed,
    )


async def confirm(tx: Transaction, factor_id: UUID) -> None:
    """From now on it counts."""
    await tx.execute("update factor set confirmed_at = now() where id = :id", id=factor_id)


async def keep_passkey(
    tx: Transaction, factor_id: UUID, *, credential_id: bytes, public_key: bytes, sign_count: int
) -> None:
    """What a browser registered."""
    await tx.execute(
        """update factor set credential_id = :credential, public_key = :key, sign_count = :count where id = :id""",
        id=factor_id,
        credential=credential_id,
        key=public_key,
        count=sign_count,
    )


async def used(
    tx: Transaction, factor_id: UUID, *, last_step: int | None = None, sign_count: int | None = None
) -> bool:
    """Note a use; False when the same code, or a later one, was used by somebody at this moment."""
    result = await tx.execute(
        """update factor set used_at = now(), last_step = coalesce(cast(:step as bigint), last_step),
            sign_count = coalesce(cast(:count as bigint), sign_count)
        where id = :id and (cast(:step as bigint) is null or last_step is null or last_step < :step)""",
        id=factor_id,
        step=last_step,
        count=sign_count,
    )
    return result.rowcount == 1


async def remove(tx: Transaction, person_id: UUID, factor_id: UUID) -> Method | None:
    """Take a factor away; returns its kind, None when there was none."""
    kind: str | None = await tx.value(
        "delete from factor where id = :id and person_id = :person returning kind", id=factor_id, person=person_id
    )
    return Method(kind) if kind else None


async def remove_all(tx: Transaction, person_id: UUID) -> None:
    """Take everything away, recovery codes included."""
    for table in ("factor", "recovery_code", "challenge"):
        await tx.execute(f"delete from {table} where person_id = :person", person=person_id)  # noqa: S608 - three names


async def renew_recovery_codes(tx: Transaction, person_id: UUID, digests: Sequence[bytes]) -> None:
    """Only these work from now on."""
    await tx.execute("delete from recovery_code where person_id = :person", person=person_id)
    await tx.execute(
        """insert into recovery_code (person_id, code_sha256)
        select :person, d from unnest(cast(:digests as bytea[])) d""",
        person=person_id,
        digests=list(digests),
    )


async def use_recovery_code(tx: Transaction, person_id: UUID, digest: bytes) -> bool:
    """Use a code up; False when it is none of theirs, or was used."""
    result = await tx.execute(
        """update recovery_code set used_at = now()
        where person_id = :person and code_sha256 = :digest and used_at is null""",
        person=person_id,
        digest=digest,
    )
    return result.rowcount == 1


async def phones(tx: Transaction, person_id: UUID) -> dict[UUID, str]:
    """The telephone numbers of a person, encrypted, by factor."""
    rows = await tx.rows("select id, sealed from factor where person_id = :person and kind = 'sms'", person=person_id)
    return {row["id"]: row["sealed"] for row in rows}
