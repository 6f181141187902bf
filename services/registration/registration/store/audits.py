"""Reads of the audit trail for a company, and of everything that is kept about a person."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import RowMapping

from mesh.transaction import Transaction

_ABOUT: Final = {
    "memberships": """select m.company_id, c.legal_name, m.roles, m.given, m.taken, m.active,
        m.created_at from membership m join company c on c.id = m.company_id
        where m.person_id = :person order by m.company_id""",
    "addresses": """select email, confirmed_at from person_address
        where person_id = :person order by confirmed_at, id""",
    "sessions": """select created_at, seen_at, expires_at, browser, network from session
        where person_id = :person order by created_at""",
    "factors": """select kind, name, created_at, confirmed_at, used_at from factor
        where person_id = :person order by created_at""",
    "acceptances": """select company_id, version, sha256, network, at from acceptance
        where person_id = :person order by at""",
    "acts": """select at, action, subject, company_id from audit
        where actor = 'user:' || cast(cast(:person as uuid) as text)
        order by id desc limit 1000""",
}


async def of_company(tx: Transaction, company_id: UUID, after: int, limit: int) -> Sequence[RowMapping]:
    """Chained rows of a company after a number; the transaction must act for it."""
    return await tx.rows(
        "select * from audit_of(:company, :after, :limit)", company=company_id, after=after, limit=limit
    )


async def about(tx: Transaction, person_id: UUID) -> dict[str, Any]:
    """The person and every row about them, by kind. For the pipeline role."""
    person = await tx.row(
        "select email, name, language, active, created_at from person where id = :person", person=person_id
    )
    found = {kind: [dict(row) for row in await tx.rows(sql, person=person_id)] for kind, sql in _ABOUT.items()}
    return {"person": dict(person or {}), **found}
