"""Two accounts of one company become one. Documents never change their tenant: the company that stays may see those of
the one that goes (`merged`), in every service."""

from uuid import UUID

from contracts.registration import Identifier
from mesh.transaction import Transaction
from registration import states
from registration.domain import identifiers, membership
from registration.domain.company import Company
from registration.errors import operator_acts as errors
from registration.store import companies, merges, people


async def merge(tx: Transaction, gone: UUID, kept: UUID) -> tuple[str, str]:
    """Join `gone` to `kept`: people, units, identifiers, connections and programs follow, what `gone` asked, brought
    and bought, and accounts that it had taken in before. Returns the two names.

    A connection that both have stays `kept`'s; the other one ends. Raises Conflict (`CANNOT_MERGE`), NotFound
    (`SUBJECT_UNKNOWN`).
    """
    for company_id in sorted((gone, kept)):
        await companies.lock(tx, company_id)
    if gone == kept or await merges.merged_into(tx, gone) or await merges.merged_into(tx, kept):
        raise errors.cannot_merge("one of them was merged before")
    before, after = await companies.read(tx, gone), await companies.read(tx, kept)
    if before is None or after is None:
        raise errors.subject_unknown()
    if before[0].country != after[0].country:
        raise errors.cannot_merge("they are of different countries")
    moved = await people.members(tx, gone)
    for member in moved:
        await _follow(tx, member["id"], gone, kept, active=member["active"])
    if len(await merges.of(tx, kept)) >= membership.MAX_COMPANIES:
        raise errors.cannot_merge("too many were merged already")
    older = await merges.of(tx, gone)
    units, connections, ended = await merges.move(tx, gone, kept)
    await merges.follow(tx, gone, kept)
    merged = await companies.read(tx, kept)
    assert merged is not None
    merged_company = merged[0].model_copy(
        update={
            "supplier": before[0].supplier or after[0].supplier,
            "buyer": before[0].buyer or after[0].buyer,
            "identifiers": tuple(dict.fromkeys([*after[0].identifiers, *_fitting(before[0], after[0])])),
        }
    )
    await companies.update(tx, kept, merged_company)
    for company_id in (*older, gone, kept):
        await states.company(tx, company_id)
    for unit_id in units:
        await states.unit(tx, unit_id)
    for connection_id in [*connections, *ended]:
        await states.connection(tx, connection_id)
    for member in moved:
        await states.user(tx, member["id"], revoked=True)
    return before[0].legal_name, after[0].legal_name


def _fitting(gone: Company, kept: Company) -> list[Identifier]:
    """The numbers that a company may say of itself too: one that was absorbed had its own, which stay its account's."""
    return [
        each
        for each in gone.identifiers
        if not identifiers.contradiction([*kept.account_keys(), *identifiers.account_keys(None, None, [each])])
    ]


async def _follow(tx: Transaction, person_id: UUID, gone: UUID, kept: UUID, *, active: bool) -> None:
    """Somebody acts for `kept` as they did for `gone`. Who was shut out of either gains nothing by the merge."""
    here, there = await people.membership(tx, person_id, gone), await people.membership(tx, person_id, kept)
    assert here is not None
    if there is None:
        await people.set_roles(tx, person_id, kept, here.roles)
        await people.set_rights(tx, person_id, here.model_copy(update={"company_id": kept}))
        await people.set_active(tx, person_id, kept, active=active)
    elif active and await people.is_active(tx, person_id, kept):
        await people.set_rights(tx, person_id, membership.joined(here, there))
    await people.remove(tx, person_id, gone)
