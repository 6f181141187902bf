"""What is kept of a person, told to them or taken away: rows stay, so that what was done stays explained; who they
were is gone.

Where that is, table by table: `store/personal_data.py`. The audit trail stays as it is, chained: it knows them by an id
that is nobody's then.
"""

from typing import Any
from uuid import UUID

from mesh.transaction import Transaction
from mesh.vault import Vault
from registration import states
from registration.errors import operator_acts as errors
from registration.second_factor import phone_purpose
from registration.store import factors, people, personal_data


async def erase(tx: Transaction, vault: Vault, person_id: UUID) -> None:
    """Anonymise somebody. Raises NotFound (`SUBJECT_UNKNOWN`), Conflict (`RUNS_A_COMPANY`)."""
    phones = await _phones(tx, vault, person_id)
    subject = await personal_data.subject(tx, person_id, phones.values(), hold=True)
    if subject is None:
        raise errors.subject_unknown()
    for company_id in await people.companies_run(tx, person_id):
        if not await people.other_administrators(tx, person_id, company_id):
            raise errors.runs_a_company()
    units = await personal_data.units(tx, subject)
    await personal_data.anonymise(tx, subject)
    await states.user(tx, person_id, revoked=True)
    for unit_id in units:
        await states.unit(tx, unit_id)


async def about(tx: Transaction, vault: Vault, person_id: UUID) -> dict[str, Any]:
    """Everything that is kept about a person, by kind; telephone numbers are told, secrets are not.

    Raises NotFound (`SUBJECT_UNKNOWN`).
    """
    phones = await _phones(tx, vault, person_id)
    subject = await personal_data.subject(tx, person_id, phones.values())
    if subject is None:
        raise errors.subject_unknown()
    found = await personal_data.about(tx, subject)
    factors_told = [each | {"phone": phones.get(each["id"], "")} for each in found["factors"]]
    return found | {"person": found["person"][0], "factors": factors_told}


async def _phones(tx: Transaction, vault: Vault, person_id: UUID) -> dict[UUID, str]:
    """The telephone numbers that texts go to, by factor."""
    return {
        factor_id: vault.decrypt(phone_purpose(factor_id), sealed).decode()
        for factor_id, sealed in (await factors.phones(tx, person_id)).items()
    }
