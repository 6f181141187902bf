"""What follows the sums: payment (BG-16), notes (BG-1), attachments (BG-24) and the proof."""

from collections.abc import Sequence

from documents.invoice import Invoice, Note, PaymentMeans
from documents.references import SupportingDocument
from signing.domain.rendering import Appearance
from signing.domain.short_code import grouped, short_code
from signing.renderer.page import Item, Proof, Section
from signing.renderer.words.codes import NOTE_SUBJECTS, PAYMENT_MEANS
from signing.renderer.words.language import Words

_IBAN_LENGTHS = range(15, 35)


def payment_of(words: Words, invoice: Invoice) -> Section:
    """How to pay; the account in groups of four, as banks print it."""
    items: list[Item] = []
    if payment := invoice.payment:
        for means in payment.means:
            items += _means(words, means)
        debit = payment.direct_debit
        values = [
            ("remittance", payment.remittance_information),
            ("mandate", debit.mandate if debit else None),
            ("creditor", debit.creditor if debit else None),
            ("debited", _account(debit.debited_account)[1] if debit and debit.debited_account else None),
        ]
        items += [Item(words.label(key), value) for key, value in values if value]
    terms = (invoice.payment_terms,) if invoice.payment_terms else ()
    return Section(words.label("payment"), tuple(items), terms)


def notes_of(words: Words, invoice: Invoice) -> Section:
    """Each note after the word of its subject (BT-21), unless it begins with that word itself."""
    return Section(words.label("notes"), (), tuple(_note(words, note) for note in invoice.notes))


def attachments_of(words: Words, invoice: Invoice, embedded: Sequence[str]) -> Section:
    """Supporting documents of the invoice, then files that are embedded without being named in it."""
    named = {name for document in invoice.supporting_documents for name in _names(document)}
    items = [Item(document.reference, _place(words, document, embedded)) for document in invoice.supporting_documents]
    items += [Item(name, words.label("embedded")) for name in embedded if name not in named]
    return Section(words.label("attachments"), tuple(items))


def proof_of(words: Words, invoice: Invoice, appearance: Appearance, xml_sha256: str) -> Proof:
    """What prevails and how the file is sealed: worded as what it technically is, nothing more."""
    url = appearance.verify_url if xml_sha256 else ""
    return Proof(
        original=f"{words.sentences('original')}\n{invoice.process.specification}",
        seal=words.label(f"seal_{appearance.seal_kind.value}"),
        seal_detail=words.sentences("seal_where"),
        code=grouped(short_code(xml_sha256)) if url else "",
        code_heading=words.label("verify") if url else "",
        address=url.removeprefix("https://").rstrip("/"),
        verify_url=url,
    )


def _note(words: Words, note: Note) -> str:
    if note.subject is None:
        return note.text
    pair = NOTE_SUBJECTS.get(note.subject)
    if pair and any(note.text.casefold().startswith(word.casefold()) for word in pair):
        return note.text
    return f"{words.word(NOTE_SUBJECTS, note.subject)}{words.colon} {note.text}"


def _means(words: Words, means: PaymentMeans) -> list[Item]:
    word = words.word(PAYMENT_MEANS, means.code)
    says_more = means.text and means.text not in word
    items = [Item(words.label("means"), f"{word} – {means.text}" if says_more else word)]
    if transfer := means.credit_transfer:
        label, account = _account(transfer.account)
        items.append(Item(words.label(label), account, strong=True))
        if transfer.provider:
            items.append(Item(words.label("bic"), transfer.provider))
        if transfer.account_name:
            items.append(Item(words.label("account_name"), transfer.account_name))
    if card := means.card:
        items.append(Item(words.label("card"), f"•••• {card.number}"))
        if card.holder:
            items.append(Item(words.label("card_holder"), card.holder))
    return items


def _account(account: str) -> tuple[str, str]:
    """The label's key and the printed form: an IBAN (ISO 13616) is grouped, another account stays as it is."""
    packed = account.replace(" ", "")
    is_iban = len(packed) in _IBAN_LENGTHS and packed[:2].isalpha() and packed[2:4].isdigit() and packed.isalnum()
    if not is_iban:
        return "payment_account", account
    return "iban", "\u00a0".join(packed[start : start + 4] for start in range(0, len(packed), 4))


def _names(document: SupportingDocument) -> tuple[str, ...]:
    return (document.reference, document.attachment.filename) if document.attachment else (document.reference,)


def _place(words: Words, document: SupportingDocument, embedded: Sequence[str]) -> str:
    parts = [document.description, document.location]
    if document.attachment:
        parts.append(f"{document.attachment.filename} ({words.label('embedded_in_xml')})")
    elif document.reference in embedded:
        parts.append(words.label("embedded"))
    return " · ".join(part for part in parts if part)
