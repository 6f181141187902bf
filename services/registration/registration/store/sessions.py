"""Rows of `session` and `device`: who is signed in, and from which browsers they have been before.

Tokens are 256 random bits; only their SHA-256 is kept.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from contracts import rights
from contracts.ids import new_id
from mesh.transaction import Transaction
from registration.domain.bearer import Bearer

_SEEN_EVERY = timedelta(seconds=60)
_DEVICE_KEPT = timedelta(days=180)


@dataclass(frozen=True)
class Session:
    """A living session and for whom it speaks."""

    person_id: UUID
    revision: int
    companies: dict[UUID, list[str]]
    """What they may do for each, in the words of a token."""
    valid_from: datetime
    expires_at: datetime
    id: UUID
    limited: bool
    merged: dict[UUID, list[UUID]]

    def bearer(self) -> Bearer:
        """The token that this session stands for."""
        return Bearer(self.person_id, "user", self.companies, self.valid_from, (), self.revision, self.merged)


@dataclass(frozen=True)
class SessionRow:
    """A session as its owner sees it in the list of theirs."""

    id: UUID
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    browser: str
    network: str


async def create(
    tx: Transaction, digest: bytes, person_id: UUID, *, lasts: timedelta, browser: str, network: str, limited: bool
) -> datetime:
    """Open a session; returns when it ends."""
    expires: datetime = await tx.value(
        """insert into session (token_sha256, id, person_id, expires_at, browser, network, limited)
        values (:digest, :id, :person, now() + cast(:lasts as interval), :browser, :network, :limited)
        returning expires_at""",
        digest=digest,
        id=new_id(),
        person=person_id,
        lasts=lasts,
        browser=browser[:200],
        network=network,
        limited=limited,
    )
    return expires


async def of_person(tx: Transaction, person_id: UUID, *, idle: timedelta) -> list[SessionRow]:
    """The living sessions of a person, the latest used first."""
    rows = await tx.rows(
        """select id, created_at, seen_at, expires_at, browser, network from session
        where person_id = :person and expires_at > now() and seen_at > now() - cast(:idle as interval)
        order by seen_at desc, id""",
        person=person_id,
        idle=idle,
    )
    return [SessionRow(**row) for row in rows]


async def end_one(tx: Transaction, person_id: UUID, session_id: UUID) -> bool:
    """Sign a browser out from elsewhere; False when there is no such session of theirs."""
    result = await tx.execute(
        "delete from session where id = :id and person_id = :person", id=session_id, person=person_id
    )
    await tx.execute("select pg_notify('rights_changed', :person)", person=str(person_id))
    return result.rowcount == 1


async def end_others(tx: Transaction, person_id: UUID, kept: UUID) -> None:
    """Sign a person out everywhere but here."""
    await tx.execute("delete from session where person_id = :person and id <> :kept", person=person_id, kept=kept)
    await tx.execute("select pg_notify('rights_changed', :person)", person=str(person_id))


async def unlimit(tx: Transaction, session_id: UUID) -> None:
    """The second factor is set up: the session opens everything."""
    await tx.execute("update session set limited = false where id = :id", id=session_id)


async def read(tx: Transaction, digest: bytes, *, idle: timedelta) -> Session | None:
    """The session of a token, None when it is over; notes once a minute that it is used."""
    row = await tx.row(
        """select s.person_id, s.expires_at, s.seen_at < now() - cast(:often as interval) as stale,
            s.id, s.limited,
            p.revision, p.valid_from,
            (select coalesce(jsonb_agg(jsonb_build_object('company_id', m.company_id, 'roles', m.roles,
                'given', m.given, 'taken', m.taken,
                'merged', (select jsonb_agg(g.id) from company g where g.merged_into = c.id))), '[]')
                from membership m join company c on c.id = m.company_id
                where m.person_id = p.id and m.active and c.active and not c.erased) as memberships
        from session s join person p on p.id = s.person_id
        where s.token_sha256 = :digest and s.expires_at > now() and s.seen_at > now() - cast(:idle as interval)
            and p.active and not p.erased""",
        digest=digest,
        idle=idle,
        often=_SEEN_EVERY,
    )
    if row is None:
        return None
    if row["stale"]:
        await tx.execute("update session set seen_at = now() where token_sha256 = :digest", digest=digest)
    return Session(
        person_id=row["person_id"],
        revision=row["revision"],
        companies={
            UUID(each["company_id"]): rights.names(each["roles"], each["given"], each["taken"])
            for each in row["memberships"]
        },
        valid_from=row["valid_from"],
        expires_at=row["expires_at"],
        id=row["id"],
        limited=row["limited"],
        merged={
            UUID(each["company_id"]): [UUID(one) for one in each["merged"]]
            for each in row["memberships"]
            if each["merged"]
        },
    )


async def end(tx: Transaction, digest: bytes) -> UUID | None:
    """Sign out; the exchange forgets at once. Returns whose session it was."""
    person: UUID | None = await tx.value(
        "delete from session where token_sha256 = :digest returning person_id", digest=digest
    )
    if person is not None:
        await tx.execute("select pg_notify('rights_changed', :person)", person=str(person))
    return person


async def end_all(tx: Transaction, person_id: UUID, *, devices: bool = False) -> None:
    """Sign a person out everywhere; with `devices` their browsers are strangers again."""
    await tx.execute("delete from session where person_id = :person", person=person_id)
    if devices:
        await tx.execute("delete from device where person_id = :person", person=person_id)
    await tx.execute("select pg_notify('rights_changed', :person)", person=str(person_id))


async def device_owner(tx: Transaction, digest: bytes, person_id: UUID | None) -> UUID | None:
    """The person when their browser has signed in before, else None."""
    if person_id is None or not digest:
        return None
    owner: UUID | None = await tx.value(
        """select person_id from device where token_sha256 = :digest and person_id = :person
            and used_at > now() - cast(:kept as interval)""",
        digest=digest,
        person=person_id,
        kept=_DEVICE_KEPT,
    )
    return owner


async def remember_device(tx: Transaction, digest: bytes, person_id: UUID, *, before: bytes) -> None:
    """From now on this browser's tries count for itself; its token of before is replaced."""
    await tx.execute(
        "delete from device where token_sha256 = :before and person_id = :person", before=before, person=person_id
    )
    await tx.execute(
        """insert into device (token_sha256, person_id) values (:digest, :person)
        on conflict (token_sha256) do update set used_at = now() where device.person_id = excluded.person_id""",
        digest=digest,
        person=person_id,
    )


async def forget_old(tx: Transaction, *, idle: timedelta) -> None:
    """Delete sessions that are over and devices that were not seen for half a year."""
    await tx.execute(
        "delete from session where expires_at < now() or seen_at < now() - cast(:idle as interval)", idle=idle
    )
    await tx.execute("delete from device where used_at < now() - cast(:kept as interval)", kept=_DEVICE_KEPT)
