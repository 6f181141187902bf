"""A company whose numbers somebody else registered first goes back to its own people, on their papers.

Numbers are public, so whoever came first has proved nothing. What they set up in the company's name ends with them:
their access, their programs, who they asked in or brought, where they let invoices go, and above all the bank accounts
that invoices would show.
"""

from uuid import UUID

from mesh.transaction import Transaction
from registration import states
from registration.domain import membership
from registration.domain.profile import Profile
from registration.env import Env
from registration.errors import operator_acts as errors
from registration.invitations import Invitee
from registration.mail_texts import support as texts
from registration.mail_texts.letter import written
from registration.store import activations, clients, companies, people, profiles, prospects


async def reclaim(tx: Transaction, env: Env, company_id: UUID, invitee: Invitee, *, act_id: UUID) -> None:
    """Take the account from whoever has it, and ask its own people in. Raises NotFound (`SUBJECT_UNKNOWN`)."""
    await companies.lock(tx, company_id)
    company = await companies.read(tx, company_id)
    if company is None:
        raise errors.subject_unknown()
    name = company[0].legal_name
    for member in await people.members(tx, company_id):
        await people.remove(tx, member["id"], company_id)
        await states.user(tx, member["id"], revoked=True)
        link = env.portal.link("/tickets")
        text = written(texts.ACCESS_ENDED, member["language"], link=link, person=member["name"], company=name)
        await env.mails.put(tx, to=member["email"], subject=text.subject, text=text.text, html=text.html)
    for client in await clients.of_company(tx, company_id):
        await clients.delete(tx, client.id)
    for invited_id, *_ in await activations.invited(tx, company_id):
        await activations.withdraw(tx, company_id, activation_id=invited_id)
    _, version = await profiles.latest(tx, company_id)
    if version:
        await profiles.append(tx, company_id, version + 1, Profile(), None)
    await profiles.remove_logo(tx, company_id)
    await prospects.end_open(tx, company_id)
    await companies.reclaimed(tx, company_id)
    await companies.confirm(tx, company_id, f"act:{act_id}")
    await states.company(tx, company_id)
    await env.invitations.invite(tx, company_id, name, invitee, membership.FIRST)
