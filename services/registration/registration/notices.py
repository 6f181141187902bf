"""Mails to whoever runs a company, each kept in its mail log."""

from uuid import UUID

from mesh.transaction import Transaction
from registration.mail_queue import MailQueue
from registration.mail_texts.letter import Wording, written


async def tell(
    tx: Transaction, mails: MailQueue, company_id: UUID, wording: Wording, *, link: str = "", **names: str
) -> None:
    """Write to the administrators of a company, each in their language; `{person}` is their name."""
    for row in await tx.rows("select email, name, language from written_to(:company)", company=company_id):
        text = written(wording, row["language"], link=link, person=row["name"], **names)
        await mails.put(
            tx, to=row["email"], subject=text.subject, text=text.text, html=text.html, company_id=company_id
        )
