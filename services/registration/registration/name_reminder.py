"""A forgotten sign-in name: who gives their company and their own name gets it by mail alone."""

from mesh import audit
from mesh.transaction import Transaction
from registration.domain.identifiers import Key
from registration.domain.search_text import folded
from registration.env import Env
from registration.mail_texts import sign_in_name
from registration.mail_texts.letter import written
from registration.store import companies, people


async def remind(tx: Transaction, env: Env, company: Key, name: str) -> None:
    """Write to the people of this name who act for the company of a number; to nobody where there are none."""
    company_id = next(iter((await companies.taken(tx, [company])).values()), None)
    found = await people.acting_for(tx, company_id) if company_id else []
    for person in found:
        if folded(person.name) != folded(name):
            continue
        letter = written(
            sign_in_name.REMINDER, person.language, link=env.portal.link("/"), person=person.name, email=person.email
        )
        await env.mails.put(tx, to=person.email, subject=letter.subject, text=letter.text, html=letter.html)
        audit.note(tx, actor="anybody", action="name.forgotten", subject=str(person.person_id), company_id=company_id)
