"""Rows of `acceptance`: who accepted which terms for a company, when, from where."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from mesh.transaction import Transaction
from registration.domain.terms import Terms


@dataclass(frozen=True)
class Acceptance:
    """A proof: `sha256` is the digest of the text that was shown."""

    version: str
    sha256: str
    person_id: UUID
    person_name: str
    network: str
    at: datetime


async def insert(tx: Transaction, company_id: UUID, person_id: UUID, terms: Terms, *, network: str) -> None:
    """Keep the proof, for good."""
    await tx.execute(
        """insert into acceptance (company_id, person_id, person_name, version, sha256, network)
        select :company, p.id, p.name, :version, :sha256, :network from person p where p.id = :person""",
        company=company_id,
        person=person_id,
        version=terms.version,
        sha256=terms.sha256,
        network=network,
    )


async def of_company(tx: Transaction, company_id: UUID) -> list[Acceptance]:
    """What was accepted for a company, the newest first."""
    rows = await tx.rows(
        """select version, sha256, person_id, person_name, network, at from acceptance
        where company_id = :company order by at desc""",
        company=company_id,
    )
    return [Acceptance(**row) for row in rows]
