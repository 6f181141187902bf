"""Rows of `access_request`: people who say that they belong to a company that has an account."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from mesh.transaction import Transaction


@dataclass(frozen=True)
class AccessRequest:
    """Somebody who asks."""

    id: UUID
    company_id: UUID
    email: str
    name: str
    language: str
    message: str
    asked_at: datetime
    state: str
    proposed_by: UUID | None
    """The partner who proposed them; None: they asked themselves."""


_COLUMNS = "id, company_id, email, name, language, message, asked_at, state, proposed_by"


async def insert(
    tx: Transaction,
    request_id: UUID,
    company_id: UUID,
    *,
    email: str,
    name: str,
    language: str,
    message: str,
    proposed_by: UUID | None,
) -> None:
    """Keep a request; one of the same person that is open goes. For the pipeline role."""
    await tx.execute(
        "delete from access_request where company_id = :company and lower(email) = lower(:email) and state = 'open'",
        company=company_id,
        email=email,
    )
    await tx.execute(
        """insert into access_request (id, company_id, email, name, language, message, proposed_by)
        values (:id, :company, :email, :name, :language, :message, :proposed_by)""",
        id=request_id,
        company=company_id,
        email=email,
        name=name,
        language=language,
        message=message,
        proposed_by=proposed_by,
    )


async def of_company(tx: Transaction, company_id: UUID) -> list[AccessRequest]:
    """The requests that nobody answered yet, oldest first."""
    rows = await tx.rows(
        f"""select {_COLUMNS} from access_request where company_id = :company and state = 'open'
        order by asked_at, id""",  # noqa: S608 - columns of this module
        company=company_id,
    )
    return [AccessRequest(**row) for row in rows]


async def decide(tx: Transaction, company_id: UUID, request_id: UUID, state: str) -> AccessRequest | None:
    """Answer a request; None when there is none that is open."""
    row = await tx.row(
        f"""update access_request set state = :state, decided_at = now()
        where id = :id and company_id = :company and state = 'open' returning {_COLUMNS}""",  # noqa: S608 - own columns
        id=request_id,
        company=company_id,
        state=state,
    )
    return AccessRequest(**row) if row else None


async def proposed(tx: Transaction, own: UUID, company_id: UUID) -> list[AccessRequest]:
    """Whom `own` proposed to a partner, the latest first."""
    rows = await tx.rows(
        f"""select {_COLUMNS} from access_request where proposed_by = :own and company_id = :company
        order by asked_at desc, id limit 50""",  # noqa: S608 - columns of this module
        own=own,
        company=company_id,
    )
    return [AccessRequest(**row) for row in rows]


async def unanswered(tx: Transaction) -> list[AccessRequest]:
    """Everybody's open requests, the oldest first. For the pipeline role."""
    rows = await tx.rows(
        f"select {_COLUMNS} from access_request where state = 'open' order by asked_at, id limit 200"  # noqa: S608 - own columns
    )
    return [AccessRequest(**row) for row in rows]


async def granted(tx: Transaction, company_id: UUID, email: str) -> AccessRequest | None:
    """The operator let somebody in: their open request is answered. For the pipeline role."""
    row = await tx.row(
        f"""update access_request set state = 'accepted', decided_at = now()
        where company_id = :company and lower(email) = lower(:email) and state = 'open' returning {_COLUMNS}""",  # noqa: S608 - own columns
        company=company_id,
        email=email,
    )
    return AccessRequest(**row) if row else None
