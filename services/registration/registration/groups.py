"""A group is a list: its head names the entities that buy beside it, each agrees, and suppliers choose from it.

Nobody gets a right over anybody by it. A group has one level, and a company is in one group.
"""

from uuid import UUID

from contracts.ids import new_id
from mesh.transaction import Transaction
from registration import errors, notices
from registration.env import Env
from registration.errors import bringing as bringing_errors
from registration.errors import groups as group_errors
from registration.mail_texts import groups as texts
from registration.mail_texts.letter import Wording
from registration.store import companies, directory, groups
from registration.store.groups import Link


async def ask(tx: Transaction, env: Env, head_id: UUID, entity_id: UUID) -> Link:
    """A head asks an entity to be in its list; the entity's administrators are written to.

    Raises Invalid (`GROUP_OF_ITSELF`), Forbidden (`COMPANY_UNCONFIRMED`, `GROUP_NOT_A_BUYER`), NotFound
    (`COMPANY_UNKNOWN`), Conflict (`GROUP_NESTED`, `GROUP_LINK_EXISTS`).
    """
    if entity_id == head_id:
        raise group_errors.of_itself()
    await companies.lock(tx, head_id)
    if not await companies.confirmed(tx, head_id):
        raise bringing_errors.unconfirmed()
    found = await directory.entries(tx, [entity_id], head_id)
    if not found:
        raise errors.company_unknown()
    if not found[0].buyer:
        raise group_errors.not_a_buyer(found[0].legal_name)
    if not await _heads(tx, head_id):
        raise group_errors.nested()
    link_id = new_id()
    if (state := await groups.ask(tx, link_id, head_id, entity_id)) != "ended":
        raise group_errors.link_exists(state)
    link = next(each for each in await groups.of_company(tx, head_id) if each.entity_id == entity_id)
    await _tell(tx, env, link, head_id, texts.ASKED)
    return link


async def agree(tx: Transaction, env: Env, company_id: UUID, link_id: UUID) -> Link:
    """An entity agrees to be listed. Raises NotFound (`GROUP_LINK_UNKNOWN`), Conflict (`GROUP_NESTED`)."""
    await companies.lock(tx, company_id)
    link = await groups.read(tx, link_id, company_id)
    if link is None or link.entity_id != company_id or link.state != "asked":
        raise group_errors.link_unknown()
    if await groups.members(tx, company_id) or not await _heads(tx, link.head_id):
        raise group_errors.nested()
    await groups.set_state(tx, link_id, "agreed")
    await _tell(tx, env, link, company_id, texts.AGREED)
    return link


async def end(tx: Transaction, env: Env, company_id: UUID, link_id: UUID) -> Link:
    """An entity refuses or leaves, or its head takes it out of the list; connections with suppliers stay.

    Raises NotFound (`GROUP_LINK_UNKNOWN`).
    """
    link = await groups.read(tx, link_id, company_id)
    if link is None:
        raise group_errors.link_unknown()
    await groups.set_state(tx, link_id, "ended")
    await _tell(tx, env, link, company_id, texts.ENDED)
    return link


async def _heads(tx: Transaction, company_id: UUID) -> bool:
    """Whether a company heads a group, or might: it is an entity of none."""
    members = await groups.members(tx, company_id)
    return not members or members[0] == company_id


async def _tell(tx: Transaction, env: Env, link: Link, by: UUID, wording: Wording) -> None:
    partner = link.head_name if by == link.head_id else link.entity_name
    place = env.portal.link("/settings/units")
    await notices.tell(tx, env.mails, link.other(by), wording, link=place, partner=partner)
