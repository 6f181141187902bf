"""A company proposes whom its partner could be reached by; the partner's administrator or the operator decides."""

from uuid import UUID

from contracts.ids import new_id
from mesh import audit
from mesh.transaction import Transaction
from registration import errors, notices
from registration.env import Env
from registration.errors import bringing as bringing_errors
from registration.errors import partners as partner_errors
from registration.invitations import Invitee
from registration.mail_texts import contacts as texts
from registration.store import access_requests, companies, partnerships
from registration.store.access_requests import AccessRequest

_USERS = "/settings/users"
_PARTNERS = "/partners"


async def propose(
    tx: Transaction, env: Env, *, own: UUID, partner_id: UUID, contact: Invitee, message: str, actor: str
) -> UUID:
    """Ask a partner to let somebody in as its main contact. For the pipeline role.

    Raises NotFound (`COMPANY_UNKNOWN`), Forbidden (`COMPANY_UNCONFIRMED`, `NOT_A_PARTNER`).
    """
    mine, partner = await companies.read(tx, own), await companies.read(tx, partner_id)
    if mine is None or partner is None or own == partner_id:
        raise errors.company_unknown()
    if not await companies.confirmed(tx, own):
        raise bringing_errors.unconfirmed()
    if not await partnerships.exists(tx, own, partner_id):
        raise partner_errors.not_a_partner()
    request_id = new_id()
    asked = {"email": contact.email, "name": contact.name, "message": message}
    await access_requests.insert(tx, request_id, partner_id, language=contact.language, proposed_by=own, **asked)
    await notices.tell(
        tx,
        env.mails,
        partner_id,
        texts.PROPOSED,
        link=env.portal.link(_USERS),
        company=partner[0].legal_name,
        partner=mine[0].legal_name,
        **asked,
    )
    audit.note(tx, actor=actor, action="contact.propose", subject=str(request_id), company_id=own)
    return request_id


async def decided(tx: Transaction, env: Env, request: AccessRequest, company_name: str, *, accepted: bool) -> None:
    """Tell who proposed somebody what became of it; nobody did: nobody is told."""
    if request.proposed_by is None:
        return
    wording = texts.ACCEPTED if accepted else texts.REFUSED
    link = env.portal.link(_PARTNERS)
    await notices.tell(tx, env.mails, request.proposed_by, wording, link=link, company=company_name, name=request.name)
