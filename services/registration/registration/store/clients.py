"""Rows of `client` and `client_secret`: programs that act for a company.

Secrets are 256 random bits, so their SHA-256 is all that has to be kept of them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from mesh.transaction import Transaction
from registration.domain.bearer import Bearer

MAX: Final = 200
"""Clients of one company: each stands in `company.state`, with the moment its tokens are valid from."""


@dataclass(frozen=True)
class Client:
    """A machine client that may ask for tokens."""

    client_id: str
    company_id: UUID
    scopes: tuple[str, ...]
    valid_from: datetime
    merged: tuple[UUID, ...] = ()

    def bearer(self, scopes: Sequence[str]) -> Bearer:
        """The token it asks for, with some of its scopes."""
        return Bearer(
            self.client_id, "client", {self.company_id: ()}, self.valid_from, tuple(scopes), 0, self._merged()
        )

    def _merged(self) -> dict[UUID, Iterable[UUID]]:
        return {self.company_id: self.merged} if self.merged else {}


@dataclass(frozen=True)
class ClientRow:
    """A client as its company sees it; `secrets` is how many work now."""

    id: str
    name: str
    scopes: list[str]
    created_at: datetime
    secrets: int


async def authenticate(tx: Transaction, client_id: str, secret_sha256: bytes) -> Client | None:
    """The client whose living secret this is. For the pipeline role."""
    row = await tx.row(
        """select c.id, c.company_id, c.scopes, c.valid_from,
            array(select g.id from company g where g.merged_into = c.company_id order by g.id) as merged
        from client c
        join client_secret s on s.client_id = c.id join company o on o.id = c.company_id
        where c.id = :id and s.secret_sha256 = :secret and (s.expires_at is null or s.expires_at > now())
            and c.deleted_at is null and o.active and not o.erased""",
        id=client_id,
        secret=secret_sha256,
    )
    if row is None:
        return None
    return Client(row["id"], row["company_id"], tuple(row["scopes"]), row["valid_from"], tuple(row["merged"]))


async def owner(tx: Transaction, client_id: str, scope: str) -> UUID | None:
    """The company of a living client that has this scope. For the pipeline role."""
    found: UUID | None = await tx.value(
        """select c.company_id from client c join company o on o.id = c.company_id
        where c.id = :id and c.deleted_at is null and :scope = any (c.scopes) and o.active and not o.erased""",
        id=client_id,
        scope=scope,
    )
    return found


async def insert(tx: Transaction, client_id: str, company_id: UUID, *, name: str, scopes: Sequence[str]) -> bool:
    """Make a client; False when there is one of this id."""
    result = await tx.execute(
        """insert into client (id, company_id, name, scopes, valid_from)
        values (:id, :company, :name, cast(:scopes as text[]), now()) on conflict (id) do nothing""",
        id=client_id,
        company=company_id,
        name=name,
        scopes=sorted(scopes),
    )
    return result.rowcount == 1


async def add_secret(tx: Transaction, client_id: str, company_id: UUID, secret_sha256: bytes) -> None:
    """Let one more secret open the client's tokens."""
    await tx.execute(
        "insert into client_secret (secret_sha256, client_id, company_id) values (:secret, :client, :company)",
        secret=secret_sha256,
        client=client_id,
        company=company_id,
    )


async def end_secrets(tx: Transaction, client_id: str, overlap: timedelta) -> None:
    """Older secrets work for `overlap` at most; none of it ends them now."""
    await tx.execute(
        "delete from client_secret where client_id = :client and (expires_at <= now() or :at_once)",
        client=client_id,
        at_once=not overlap,
    )
    await tx.execute(
        """update client_secret set expires_at = least(expires_at, now() + cast(:overlap as interval))
        where client_id = :client""",
        client=client_id,
        overlap=overlap,
    )


async def refuse_older_tokens(tx: Transaction, client_id: str) -> None:
    """Tokens that were given out before this moment are refused."""
    await tx.execute("update client set valid_from = clock_timestamp() where id = :client", client=client_id)


async def delete(tx: Transaction, client_id: str) -> None:
    """End a client; its row stays, so that its id is never given to another and its tokens are refused."""
    await tx.execute("delete from client_secret where client_id = :client", client=client_id)
    await tx.execute(
        "update client set deleted_at = now(), valid_from = clock_timestamp() where id = :client", client=client_id
    )


async def of_company(tx: Transaction, company_id: UUID) -> list[ClientRow]:
    """A company's clients, by name."""
    rows = await tx.rows(
        """select c.id, c.name, c.scopes, c.created_at, (select count(*) from client_secret s
            where s.client_id = c.id and (s.expires_at is null or s.expires_at > now())) as secrets
        from client c where c.company_id = :company and c.deleted_at is null order by lower(c.name), c.id""",
        company=company_id,
    )
    return [ClientRow(**row) for row in rows]


async def read(tx: Transaction, client_id: str, company_id: UUID) -> ClientRow | None:
    """A client of a company."""
    return next((each for each in await of_company(tx, company_id) if each.id == client_id), None)
