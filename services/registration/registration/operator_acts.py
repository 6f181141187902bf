"""Acts of the operator that give access, carried out once a second person agrees (ASVS 5.0, 2.3.5)."""

from typing import Any
from uuid import UUID

from contracts.ids import new_id
from contracts.registration import Role
from mesh import audit
from mesh.transaction import Transaction
from registration import contact_proposals, erasing, merging, notices, reclaiming, states
from registration.env import Env
from registration.errors import operator_acts as errors
from registration.invitations import Invitee
from registration.mail_texts import sign_in as sign_in_texts
from registration.mail_texts import support as texts
from registration.store import access_requests, acts, companies, factors, natural_persons, people, sessions
from registration.store.acts import Act, Kind


async def ask(
    tx: Transaction, kind: Kind, *, subject: str, company_id: UUID | None, params: dict[str, Any], reason: str, by: str
) -> UUID:
    """Ask for an act; nothing happens before another operator agrees."""
    act_id = new_id()
    await acts.insert(tx, act_id, kind, subject=subject, company_id=company_id, params=params, reason=reason, actor=by)
    audit.note(tx, actor=by, action=f"act.ask.{kind}", subject=subject, company_id=company_id, detail={"act": act_id})
    return act_id


async def decide(tx: Transaction, env: Env, act_id: UUID, *, agreed: bool, by: str, note: str) -> Act:
    """Agree, which does it at once, or refuse.

    Raises NotFound (`ACT_UNKNOWN`, `SUBJECT_UNKNOWN`), Forbidden (`SAME_EYES`), Conflict (`ACT_DECIDED`,
    `CANNOT_MERGE`, `RUNS_A_COMPANY`).
    """
    act = await acts.read(tx, act_id)
    if act is None:
        raise errors.act_unknown()
    if act.state != "asked":
        raise errors.decided()
    if act.asked_by == by:
        raise errors.same_eyes()
    if agreed:
        await _DONE[act.kind](tx, env, act)
    await acts.decide(tx, act_id, "done" if agreed else "refused", by, note)
    audit.note(
        tx,
        actor=by,
        action=f"act.{'do' if agreed else 'refuse'}.{act.kind}",
        subject=act.subject,
        company_id=act.company_id,
        detail={"act": act_id, "asked_by": act.asked_by},
    )
    decided = await acts.read(tx, act_id)
    assert decided is not None
    return decided


async def _reset_second_factor(tx: Transaction, env: Env, act: Act) -> None:
    person_id = UUID(act.subject)
    standing = await factors.standing(tx, person_id)
    if standing is None:
        raise errors.subject_unknown()
    await factors.remove_all(tx, person_id)
    await sessions.end_all(tx, person_id, devices=True)
    await states.user(tx, person_id, revoked=True)
    text = sign_in_texts.changed(
        standing.language, "reset_by_support", person=standing.name, link=env.portal.link("/settings/security")
    )
    await env.mails.put(tx, to=standing.email, subject=text.subject, text=text.text, html=text.html)


async def _merge(tx: Transaction, env: Env, act: Act) -> None:
    gone, kept = UUID(act.params["from_company_id"]), UUID(act.params["into_company_id"])
    names = await merging.merge(tx, gone, kept)
    await notices.tell(
        tx, env.mails, kept, texts.MERGED, link=env.portal.link("/settings/company"), gone=names[0], kept=names[1]
    )


async def _grant_access(tx: Transaction, env: Env, act: Act) -> None:
    """The form of somebody whose administrator does not answer: they are asked in as an administrator."""
    company_id = UUID(act.subject)
    company = await companies.read(tx, company_id)
    if company is None:
        raise errors.subject_unknown()
    invitee = Invitee(act.params["email"], act.params["name"], act.params["language"])
    await env.invitations.invite(tx, company_id, company[0].legal_name, invitee, frozenset({Role.ADMINISTRATOR}))
    await notices.tell(
        tx,
        env.mails,
        company_id,
        texts.ACCESS_GIVEN,
        link=env.portal.link("/settings/users"),
        name=act.params["name"],
        company=company[0].legal_name,
    )
    if request := await access_requests.granted(tx, company_id, invitee.email):
        await contact_proposals.decided(tx, env, request, company[0].legal_name, accepted=True)


async def person_of(tx: Transaction, email: str) -> UUID:
    """The person of an address. Raises NotFound (`SUBJECT_UNKNOWN`)."""
    known = await people.by_email(tx, email)
    if known is None:
        raise errors.subject_unknown()
    return known.person_id


async def _confirm(tx: Transaction, env: Env, act: Act) -> None:
    company_id = UUID(act.subject)
    company = await companies.read(tx, company_id)
    if company is None:
        raise errors.subject_unknown()
    await companies.confirm(tx, company_id, f"act:{act.id}")
    link = env.portal.link("/partners")
    await notices.tell(tx, env.mails, company_id, texts.CONFIRMED, link=link, company=company[0].legal_name)


async def _reclaim(tx: Transaction, env: Env, act: Act) -> None:
    invitee = Invitee(act.params["email"], act.params["name"], act.params["language"])
    await reclaiming.reclaim(tx, env, UUID(act.subject), invitee, act_id=act.id)


async def _erase(tx: Transaction, env: Env, act: Act) -> None:
    """A natural person's own account goes with them: it says no more than who they were."""
    person_id = UUID(act.subject)
    for company_id in await natural_persons.run_alone(tx, person_id):
        for connection_id in await natural_persons.anonymise(tx, company_id):
            await states.connection(tx, connection_id)
        await states.company(tx, company_id)
    await erasing.erase(tx, env.vault, person_id)


_DONE = {
    "second_factor_reset": _reset_second_factor,
    "company_merge": _merge,
    "access_grant": _grant_access,
    "company_confirm": _confirm,
    "company_reclaim": _reclaim,
    "person_erase": _erase,
}
