"""Invoices from elsewhere become drafts: read, matched to orders, filled from them; each file accepted or reported."""

import hashlib
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from contracts.faults import Finding, Severity
from contracts.ids import new_id
from contracts.refs import DocumentRef
from documents.errors import DocumentError, DocumentUnreadable
from documents.invoice import CreditTransfer, Invoice, PaymentInstructions, PaymentMeans
from documents.invoice.codes import INVOICE, PREPAYMENT_INVOICE
from documents.order import Order
from documents.party import Party
from documents.reading import read_invoice
from documents.references import SupportingDocument
from invoicing import converting, drafting, errors, pdf_reading, trade
from invoicing.converting import Wanted
from invoicing.domain import companies, enrichment, files, incoming, matching, plain_text
from invoicing.domain.drafts import DraftEdit
from invoicing.domain.files import FileNotTaken
from invoicing.domain.incoming import File
from invoicing.domain.matching import SURE, Candidate
from invoicing.env import Env
from invoicing.pdf_reading import PdfUnreadable
from invoicing.store import attachments, invoices, orders, uploads
from invoicing.store.attachments import NewAttachment
from mesh import directory
from mesh.errors import Refusal
from mesh.objects import content_key
from mesh.transaction import Transaction

_SEPA: Final = "58"
_PDF: Final = b"%PDF-"


@dataclass(frozen=True)
class Uploader:
    """In whose name files come in, and to which unit if they do not say."""

    company_id: UUID
    unit_id: UUID | None


@dataclass(frozen=True)
class Read:
    """What a file holds: an invoice, the text of a plain PDF, or findings that say why neither."""

    name: str
    invoice: Invoice | None = None
    text: str | None = None
    findings: tuple[dict[str, Any], ...] = ()


async def read(file: File) -> Read:
    """Read a file, before any transaction: a PDF of a stranger takes its time."""
    try:
        xml = file.data
        if xml.startswith(_PDF):
            content = await pdf_reading.read(xml)
            if content.xml is None:
                return Read(file.name, text=content.text)
            xml = content.xml
        return Read(file.name, invoice=read_invoice(xml))
    except PdfUnreadable as error:
        return Read(file.name, findings=(_finding("PDF_UNREADABLE", str(error)),))
    except DocumentError as error:
        return Read(file.name, findings=tuple(_unreadable(error)))


async def entry(tx: Transaction, env: Env, uploader: Uploader, found: Read) -> dict[str, Any]:
    """What becomes of a file that was read: a draft, or findings that say why not."""
    shown: dict[str, Any] = {"name": found.name, "outcome": "reported", "findings": [], "matches": [], "filled": []}
    try:
        if found.invoice is not None:
            return shown | await _from_invoice(tx, env, uploader, found.invoice)
        if found.text is not None:
            return shown | await _from_text(tx, env, uploader, found.text)
        return shown | {"findings": list(found.findings)}
    except DocumentError as error:
        return shown | {"findings": _unreadable(error)}
    except Refusal as refusal:
        refused = [finding.model_dump(mode="json") for finding in refusal.violations]
        return shown | {"findings": refused or [_finding(refusal.code, refusal.detail)]}


def _finding(rule: str, detail: str) -> dict[str, Any]:
    return Finding(rule=rule, severity=Severity.FATAL, detail=detail[:500]).model_dump(mode="json")


def _unreadable(error: DocumentError) -> list[dict[str, Any]]:
    if not isinstance(error, DocumentUnreadable):
        return [_finding("UNKNOWN_DOCUMENT", str(error))]
    return [_finding(problem.code, f"{problem.message}. {problem.remedy}") for problem in error.problems[:20]]


async def _from_invoice(tx: Transaction, env: Env, uploader: Uploader, invoice: Invoice) -> dict[str, Any]:
    differing = incoming.differences(invoice)
    if differing:
        return {"findings": [found.model_dump(mode="json") for found in differing]}
    if invoice.type_code not in (INVOICE, PREPAYMENT_INVOICE):
        return {"findings": [_finding("KIND_NOT_TAKEN", "Credit an invoice from the invoice itself.")]}
    if not await _is(tx, invoice.seller, uploader.company_id):
        return {"findings": [_finding("SELLER_DIFFERS", "The invoice is of another seller than your company.")]}
    unit_id, found = await _candidates(tx, uploader, invoice)
    if unit_id is None:
        return {"findings": [_finding("UNIT_UNKNOWN", "Name an order of yours, or say unit_id.")]}
    draft = incoming.as_draft(invoice)
    matches = matching.matches(draft, found)
    sure = {match.candidate.order_number for match in matches if match.confidence >= SURE}
    order = await _order(tx, env, uploader.company_id, sure.pop()) if len(sure) == 1 else None
    filled_draft, filled = enrichment.enrich(draft, matches, order)
    relation = await trade.relation(tx, uploader.company_id, unit_id)
    seller, buyer = companies.party(relation.supplier), companies.party(relation.buyer)
    own = filled_draft.model_copy(
        update={
            "seller": seller.model_copy(update={"contact": draft.seller.contact}),
            "buyer": buyer.model_copy(update={"contact": draft.buyer.contact}),
            "issue_date": env.clock.today(relation.supplier.time_zone),
            "supporting_documents": tuple(d for d in draft.supporting_documents if d.attachment is None),
        }
    )
    kept = await drafting.take_in(tx, env, relation, own)
    refused = [
        await _attach(tx, env, uploader.company_id, kept.id, document)
        for document in draft.supporting_documents
        if document.attachment is not None
    ]
    return {
        "findings": [found for found in refused if found],
        "outcome": "accepted",
        "invoice_id": str(kept.id),
        "matches": [
            {
                "line": match.line,
                "order_line_id": str(match.candidate.order_line_id),
                "order_number": match.candidate.order_number,
                "basis": match.basis,
                "confidence": str(match.confidence),
            }
            for match in matches
        ],
        "filled": [{"pointer": term.pointer, "order_number": term.order_number} for term in filled],
    }


async def _attach(
    tx: Transaction, env: Env, company_id: UUID, invoice_id: UUID, document: SupportingDocument
) -> dict[str, Any] | None:
    """A file inside the document becomes one beside it; a finding when it is none that travels with an invoice."""
    attachment = document.attachment
    assert attachment is not None
    try:
        kind = files.media_type(attachment.content, attachment.filename)
    except FileNotTaken as refused:
        return _finding(refused.code, refused.detail) | {"severity": "warning"}
    key = content_key("attachments", hashlib.sha256(attachment.content).hexdigest())
    stored = await env.objects.put("documents", key, attachment.content, kind)
    new = NewAttachment(
        new_id(), invoice_id, company_id, attachment.filename, (document.description or "")[:200], stored
    )
    await attachments.add(tx, new, env.clock.now())
    return None


async def _is(tx: Transaction, party: Party, company_id: UUID) -> bool:
    """Whether a party of a document is the company: by an identifier, never by its name."""
    named = [("VAT", party.vat_identifier)] if party.vat_identifier else []
    registered = [party.legal_registration, party.electronic_address, *party.identifiers]
    named += [(found.scheme, found.value) for found in registered if found and found.scheme]
    for scheme, value in named:
        if company_id in await directory.companies_named(tx, scheme or "", value or ""):
            return True
    return False


async def _candidates(tx: Transaction, uploader: Uploader, invoice: Invoice) -> tuple[UUID | None, list[Candidate]]:
    """The unit that is invoiced, and the order lines that may be meant."""
    lines = [line.order_line.order for line in invoice.lines if line.order_line and line.order_line.order]
    numbers = list(dict.fromkeys(number for number in (invoice.order_reference, *lines) if number))
    rows = await uploads.orders_named(tx, uploader.company_id, numbers) if numbers else []
    unit_id: UUID | None = rows[0]["unit_id"] if rows else uploader.unit_id
    if unit_id is None:
        return None, []
    unit = await directory.unit(tx, unit_id)
    if unit is None:
        raise errors.unit_unknown()
    return unit_id, await uploads.candidates(tx, uploader.company_id, unit.company_id, numbers)


async def _order(tx: Transaction, env: Env, company_id: UUID, number: str) -> Order | None:
    rows = await uploads.orders_named(tx, company_id, [number])
    if len(rows) != 1:
        return None
    content = await env.objects.read(DocumentRef.model_validate(rows[0]["document"]))
    return Order.model_validate_json(content, extra="ignore")


async def _from_text(tx: Transaction, env: Env, uploader: Uploader, text: str) -> dict[str, Any]:
    """A plain PDF: its order is converted, its number and account are taken over; the rest is a person's."""
    found = plain_text.yielded(text)
    rows = await uploads.orders_named(tx, uploader.company_id, found.orders) if found.orders else []
    if not rows:
        return {
            "findings": [_finding("ORDER_NOT_FOUND", "The PDF names no order of yours; make the invoice from one.")]
        }
    order_id: UUID = rows[0]["id"]
    row = await orders.one(tx, order_id, uploader.company_id)
    if row is None:
        raise errors.order_unknown()
    content = await env.objects.read(DocumentRef.model_validate(row["document"]))
    order = Order.model_validate_json(content, extra="ignore")
    kept = await converting.convert(tx, env, uploader.company_id, Wanted((order_id,)), {order_id: order})
    terms: dict[str, Any] = {}
    if found.number:
        terms["number"] = found.number
    if found.account:
        means = PaymentMeans(code=_SEPA, credit_transfer=CreditTransfer(account=found.account))
        terms["payment"] = PaymentInstructions(means=(means,))
    if terms:
        locked = await invoices.locked(tx, kept.id)
        assert locked is not None
        await drafting.write(tx, locked, DraftEdit(**terms))
    filled = [{"pointer": f"/{name}", "order_number": row["number"]} for name in terms]
    note = _finding("TEXT_ONLY", "Read from the text of a PDF: compare it line by line.")
    return {
        "outcome": "draft",
        "invoice_id": str(kept.id),
        "filled": filled,
        "findings": [note | {"severity": "warning"}],
    }
