"""Invoices from elsewhere become drafts: read, matched to orders, filled from them; each file accepted or reported."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from contracts.ids import new_id
from contracts.refs import AttachmentRef
from documents.errors import DocumentError
from documents.invoice import CreditTransfer, Invoice, InvoiceDraft, PaymentInstructions, PaymentMeans
from documents.invoice.codes import INVOICE, PREPAYMENT_INVOICE
from documents.order import Order
from documents.party import Party
from documents.references import SupportingDocument
from invoicing import checking, converting, drafting, errors, trade
from invoicing.converting import Wanted
from invoicing.domain import enrichment, files, incoming, matching, plain_text
from invoicing.domain.drafts import DraftEdit
from invoicing.domain.enrichment import Filled
from invoicing.domain.files import FileNotTaken
from invoicing.domain.incoming import AsItCame
from invoicing.domain.matching import SURE, Match
from invoicing.env import Env
from invoicing.store import attachments, orders, uploads
from invoicing.store.attachments import NewAttachment
from invoicing.trade import Relation
from invoicing.upload_reading import Read, finding, unreadable
from mesh import directory
from mesh.errors import Refusal
from mesh.objects import content_key
from mesh.transaction import Transaction

_SEPA: Final = "58"


@dataclass(frozen=True)
class Uploader:
    """In whose name files come in (`mesh.tenants`), and to which unit if they do not say."""

    companies: Sequence[UUID]
    unit_id: UUID | None
    as_is: bool = False
    """Bytes, number and date stay as they came; what is missing is reported, never filled in."""


async def unheard_of(tx: Transaction, companies: Sequence[UUID], files: Sequence[Read]) -> bool:
    """Whether files name orders that we have not read of, or not yet."""
    named = {number for found in files for number in _named(found)}
    return bool(named) and len(await uploads.numbers_known(tx, companies, list(named))) < len(named)


def _named(found: Read) -> Sequence[str]:
    if found.invoice is not None:
        return _orders_of(found.invoice)
    return plain_text.yielded(found.text).orders if found.text is not None else ()


async def entry(tx: Transaction, env: Env, uploader: Uploader, found: Read) -> dict[str, Any]:
    """What becomes of a file that was read: a draft, or findings that say why not."""
    shown: dict[str, Any] = {"name": found.name, "line": found.line, "outcome": "reported"}
    shown |= {"findings": [], "matches": [], "filled": []}
    try:
        if found.invoice is not None:
            return shown | await _from_invoice(tx, env, uploader, found.invoice, found)
        if found.text is not None:
            return shown | await _from_text(tx, env, uploader, found.text)
        return shown | {"findings": list(found.findings)}
    except DocumentError as error:
        return shown | {"findings": unreadable(error)}
    except Refusal as refusal:
        refused = [violation.model_dump(mode="json") for violation in refusal.violations]
        return shown | {"findings": refused or [finding(refusal.code, refusal.detail)]}


async def _from_invoice(tx: Transaction, env: Env, uploader: Uploader, invoice: Invoice, found: Read) -> dict[str, Any]:
    differing = incoming.differences(invoice)
    if differing:
        return {"findings": [each.model_dump(mode="json") for each in differing]}
    if invoice.type_code not in (INVOICE, PREPAYMENT_INVOICE):
        return {"findings": [finding("KIND_NOT_TAKEN", "Credit an invoice from the invoice itself.")]}
    if not await _is(tx, invoice.seller, uploader.companies):
        return {"findings": [finding("SELLER_DIFFERS", "The invoice is of another seller than your company.")]}
    numbers = _orders_of(invoice)
    rows = await uploads.orders_named(tx, uploader.companies, numbers) if numbers else []
    unit_id: UUID | None = rows[0]["unit_id"] if rows else uploader.unit_id
    if unit_id is None:
        return {"findings": [finding("UNIT_UNKNOWN", "Name an order of yours, or say unit_id.")]}
    relation = await trade.relation(tx, uploader.companies[0], unit_id, channel="upload")
    parties = relation.parties(relation.supplier.company_id, relation.buyer.company_id)
    draft = incoming.as_draft(invoice)
    matches = matching.matches(draft, await uploads.candidates(tx, parties, numbers))
    if uploader.as_is:
        return await _as_it_came(tx, env, relation, draft, matches, found)
    sure = {match.candidate.order_number for match in matches if match.confidence >= SURE}
    order = await _order(tx, uploader.companies, sure.pop()) if len(sure) == 1 else None
    filled_draft, filled = enrichment.enrich(draft, matches, order)
    seller, buyer = relation.seller_party, relation.buyer_party
    own = filled_draft.model_copy(
        update={
            "seller": seller.model_copy(update={"contact": draft.seller.contact}),
            "buyer": buyer.model_copy(update={"contact": draft.buyer.contact}),
            "issue_date": env.clock.today(relation.supplier.time_zone),
            "supporting_documents": tuple(d for d in draft.supporting_documents if d.attachment is None),
        }
    )
    kept = await drafting.keep(tx, drafting.take_in(relation, own, filled), env.clock.now())
    today = env.clock.today(relation.supplier.time_zone)
    checked = await checking.check(tx, kept.subject, kept.draft, relation, today)
    refused = [
        await _attach(tx, env, relation.supplier.company_id, kept.id, document)
        for document in draft.supporting_documents
        if document.attachment is not None
    ]
    return {
        "findings": [found for found in refused if found],
        "outcome": "accepted",
        "invoice_id": str(kept.id),
        "matches": _matches(matches),
        "filled": [vars(mark) for mark in checked.filled],
    }


async def _as_it_came(
    tx: Transaction, env: Env, relation: Relation, draft: InvoiceDraft, matches: list[Match], found: Read
) -> dict[str, Any]:
    """The bytes will be the invoice. Which order lines it bills is known beside them, for the quantity ledger."""
    if found.xml is None:
        return {"findings": [finding("AS_IS_NEEDS_DOCUMENT", "Only UBL, CII and Factur-X are sent as they are.")]}
    key = content_key("invoices", hashlib.sha256(found.xml).hexdigest())
    document = AsItCame(
        **dict(await env.objects.put("documents", key, found.xml, "application/xml")), source=await _source(env, found)
    )
    billing, _ = enrichment.enrich(draft, matches, None)
    kept = await drafting.keep(tx, drafting.take_as_is(relation, billing, document), env.clock.now())
    today = env.clock.today(relation.supplier.time_zone)
    checked = await checking.check(tx, kept.subject, billing, relation, today)
    return {
        "findings": [missing.model_dump(mode="json") for missing in checked.missing],
        "outcome": "accepted",
        "invoice_id": str(kept.id),
        "matches": _matches(matches),
    }


async def _source(env: Env, found: Read) -> AttachmentRef | None:
    """The PDF that the document was inside: it travels on with the invoice, and its signatures are looked at."""
    if found.source is None:
        return None
    key = content_key("uploads", hashlib.sha256(found.source).hexdigest())
    name = found.name.replace("\\", "/").rpartition("/")[2][-200:]
    return AttachmentRef(name=name, document=await env.objects.put("documents", key, found.source, "application/pdf"))


def _matches(matches: list[Match]) -> list[dict[str, Any]]:
    return [
        {
            "line": match.line,
            "order_line_id": str(match.candidate.order_line_id),
            "order_number": match.candidate.order_number,
            "basis": match.basis,
            "confidence": str(match.confidence),
        }
        for match in matches
    ]


async def _attach(
    tx: Transaction, env: Env, author_id: UUID, invoice_id: UUID, document: SupportingDocument
) -> dict[str, Any] | None:
    """A file inside the document becomes one beside it; a finding when it is none that travels with an invoice."""
    attachment = document.attachment
    assert attachment is not None
    try:
        kind = files.media_type(attachment.content, attachment.filename)
    except FileNotTaken as refused:
        return finding(refused.code, refused.detail) | {"severity": "warning"}
    key = content_key("attachments", hashlib.sha256(attachment.content).hexdigest())
    stored = await env.objects.put("documents", key, attachment.content, kind)
    new = NewAttachment(
        new_id(), invoice_id, author_id, attachment.filename, (document.description or "")[:200], stored
    )
    await attachments.add(tx, new, env.clock.now())
    return None


async def _is(tx: Transaction, party: Party, companies: Sequence[UUID]) -> bool:
    """Whether a party of a document is one of the companies: by an identifier, never by its name."""
    named = [("VAT", party.vat_identifier)] if party.vat_identifier else []
    registered = [party.legal_registration, party.electronic_address, *party.identifiers]
    named += [(found.scheme, found.value) for found in registered if found and found.scheme]
    for scheme, value in named:
        if not set(companies).isdisjoint(await directory.companies_named(tx, scheme or "", value or "")):
            return True
    return False


def _orders_of(invoice: Invoice) -> list[str]:
    """The numbers of the orders that an invoice names, each once."""
    lines = [line.order_line.order for line in invoice.lines if line.order_line and line.order_line.order]
    return list(dict.fromkeys(number for number in (invoice.order_reference, *lines) if number))


async def _order(tx: Transaction, companies: Sequence[UUID], number: str) -> Order | None:
    rows = await uploads.orders_named(tx, companies, [number])
    return orders.content(rows[0]) if len(rows) == 1 else None


async def _from_text(tx: Transaction, env: Env, uploader: Uploader, text: str) -> dict[str, Any]:
    """A plain PDF: its order is converted, its number and account are taken over; the rest is a person's."""
    found = plain_text.yielded(text)
    rows = await uploads.orders_named(tx, uploader.companies, found.orders) if found.orders else []
    if not rows:
        return {"findings": [finding("ORDER_NOT_FOUND", "The PDF names no order of yours; make the invoice from one.")]}
    order_id: UUID = rows[0]["id"]
    row = await orders.one(tx, order_id, uploader.companies)
    if row is None:
        raise errors.order_unknown()
    terms: dict[str, Any] = {}
    if found.number:
        terms["number"] = found.number
    if found.account:
        means = PaymentMeans(code=_SEPA, credit_transfer=CreditTransfer(account=found.account))
        terms["payment"] = PaymentInstructions(means=(means,))
    converted = await converting.convert(tx, env, uploader.companies, Wanted((order_id,)), DraftEdit(**terms))
    kept = await drafting.keep(tx, converted, env.clock.now())
    filled = [vars(Filled(f"/{name}", "order", row["number"])) for name in terms]
    note = finding("TEXT_ONLY", "Read from the text of a PDF: compare it line by line.")
    return {
        "outcome": "draft",
        "invoice_id": str(kept.id),
        "filled": filled,
        "findings": [note | {"severity": "warning"}],
    }
