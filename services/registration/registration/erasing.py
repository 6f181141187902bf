"""A person is anonymised: their rows stay, so that what was done stays explained; who they were is gone.

What is kept of them under a legal term (acceptances of terms, proofs of consent, the audit trail by their id) stays.
"""

from uuid import UUID

from mesh.transaction import Transaction
from registration import states
from registration.errors import operator_acts as errors
from registration.store import erasures, people


async def erase(tx: Transaction, person_id: UUID) -> None:
    """Anonymise somebody. Raises NotFound (`SUBJECT_UNKNOWN`), Conflict (`RUNS_A_COMPANY`)."""
    person = await erasures.held(tx, person_id)
    if person is None:
        raise errors.subject_unknown()
    for company_id in await erasures.companies(tx, person_id):
        if not await people.other_administrators(tx, person_id, company_id):
            raise errors.runs_a_company()
    await erasures.anonymise(tx, person_id, person)
    await states.user(tx, person_id, revoked=True)
