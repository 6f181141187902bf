"""Facts of an invoice's life, each written by the service whose step it is.

`submission_id` is new at each submit and rides on every fact of the pipeline: facts of an older submission are kept
but never act.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar, Final, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from contracts.facts import Fact, fact
from contracts.faults import Finding
from contracts.money import Amount, Price, Quantity, Totals
from contracts.refs import AttachmentRef, DocumentRef, Sha256
from contracts.status import Party, StatusCode
from contracts.topics import INVOICES_EVENTS


class OrderLineUse(BaseModel):
    """What an invoice takes of one order line; negative in a credit note."""

    model_config = ConfigDict(frozen=True)

    order_id: UUID
    order_line_id: UUID
    quantity: Quantity
    amount: Amount


MOST_CONTEXT: Final = 500


class OrderContext(BaseModel):
    """What the order said of a billed line when the invoice was sent; for the buyer's rules.

    `line`: index of the invoice's line. Quantities in the order line's unit, `invoiced` without this invoice;
    `unit_price` without VAT, of one unit, None where the order names none. `revision`: of the order.
    A fact carries at most `MOST_CONTEXT` of them: of an invoice with more lines it carries none.
    """

    model_config = ConfigDict(frozen=True)

    line: int
    ordered: Quantity
    received: Quantity
    invoiced: Quantity
    unit_price: Price | None = None
    revision: int | None = None


class InvoiceFact(Fact):
    """What every fact of an invoice says. Key and subject are the invoice's id."""

    topic: ClassVar[str] = INVOICES_EVENTS

    invoice_id: UUID
    supplier_id: UUID
    buyer_id: UUID
    unit_id: UUID


class PipelineFact(InvoiceFact):
    """A fact of one submission: `document` is the XML that was checked and is sealed, the same bytes at every step."""

    submission_id: UUID
    document: DocumentRef
    order_lines: tuple[OrderLineUse, ...] = ()

    def of_submission(self) -> dict[str, Any]:
        """The fields that every further fact of this submission repeats."""
        return {name: getattr(self, name) for name in PipelineFact.model_fields}


class Kind(StrEnum):
    """BT-3 as far as the product tells kinds apart (UNTDID 1001: 380, 381)."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"


@fact
class InvoiceSubmitted(PipelineFact):
    """The supplier sent the invoice. `number` is BT-1, `issue_date` BT-2 in the seller's zone."""

    type_name: ClassVar[str] = "invoice.submitted"

    attempt: int
    number: str
    kind: Kind
    issue_date: date
    totals: Totals
    original: Literal["issue", "as_is"] = "issue"
    author: Party = Party.SUPPLIER
    """Who wrote it; the buyer when it bills itself (389, 261)."""
    language: str = "fr"
    customer_language: str | None = None
    """What the supplier chose for this customer, beside its own; None: by the customer's country."""
    attachments: tuple[AttachmentRef, ...] = ()
    source: AttachmentRef | None = None
    """The file that an invoice came in and is sent as it is, where that is not the document itself (a Factur-X PDF)."""
    supplier_country: str
    buyer_country: str
    order_context: tuple[OrderContext, ...] = ()
    submitted_at: datetime


class AppliedRules(BaseModel):
    """A rule set that was applied, pinned by version and digest of its files."""

    model_config = ConfigDict(frozen=True)

    id: str
    version: str
    sha256: Sha256 | None = None


@fact
class InvoiceValidated(PipelineFact):
    """Nothing stands against the invoice. `document_sha256` repeats the digest of the bytes that were read."""

    type_name: ClassVar[str] = "invoice.validated"

    document_sha256: Sha256
    rule_sets: tuple[AppliedRules, ...]
    rulebook_version: int | None = None
    warnings: tuple[Finding, ...] = ()
    attachments: tuple[AttachmentRef, ...] = ()
    source: AttachmentRef | None = None
    supplier_country: str
    buyer_country: str
    language: str = "fr"
    customer_language: str | None = None
    validated_at: datetime


class Stage(StrEnum):
    """The step at which a submission ended."""

    VALIDATION = "validation"
    SIGNING = "signing"
    ARCHIVE = "archive"
    DELIVERY = "delivery"


@fact
class InvoiceFailed(PipelineFact):
    """This submission ended; the buyer never saw it. It is ours to say and is not the status 213."""

    type_name: ClassVar[str] = "invoice.failed"

    stage: Stage
    reason: str
    findings: tuple[Finding, ...] = ()
    failed_at: datetime
    rulebook_version: int | None = None


class SealCheck(BaseModel):
    """What one verifier found of a seal (EN 319 102-1, 5.1.3), before the file was handed over."""

    model_config = ConfigDict(frozen=True)

    by: Literal["navette", "pyhanko"]
    indication: Literal["TOTAL_PASSED", "INDETERMINATE", "TOTAL_FAILED"]
    reason: str | None = None
    level: Literal["B-B", "B-T", "B-LT", "B-LTA"]
    certificate_sha256: Sha256
    file_sha256: Sha256
    document_sha256: Sha256
    stamped_at: datetime | None = None
    checked_at: datetime


class SourceCheck(BaseModel):
    """What was found of a signature on the file that an invoice came in (EN 319 102-1, 5.1.3), PDF or XML.

    `certificate_sha256` is empty where the signature brings none, or the file can't be read.
    """

    model_config = ConfigDict(frozen=True)

    file_sha256: Sha256
    indication: Literal["TOTAL_PASSED", "INDETERMINATE", "TOTAL_FAILED"]
    reason: str | None = None
    certificate_sha256: str = ""
    signed_at: datetime | None = None
    stamped_at: datetime | None = None
    checked_at: datetime


@fact
class InvoiceSealed(PipelineFact):
    """The readable original is sealed. `level` is the PAdES baseline level that was reached (ETSI EN 319 142-1).

    Every seal is verified before this fact. `verification` is `verified`, with what was found as `checks`, where that
    was done on behalf of a buyer that agreed to it; otherwise the buyer has it still to verify. `source_checks` tells
    the same of signatures that the invoice came in with.
    """

    type_name: ClassVar[str] = "invoice.sealed"

    original: DocumentRef
    level: Literal["B-B", "B-T", "B-LT", "B-LTA"]
    certificate_sha256: Sha256
    legal: bool
    sealed_at: datetime
    seal_kind: Literal["technical", "qualified"] = "technical"
    verification: Literal["verified", "to_verify"] = "to_verify"
    checks: tuple[SealCheck, ...] = ()
    source_checks: tuple[SourceCheck, ...] = ()


@fact
class InvoiceArchived(PipelineFact):
    """The deposit is locked, numbered and in the log; it holds `original` and `archived_document`, as they are named.

    The delivery begins: only now does the buyer see the invoice.
    """

    type_name: ClassVar[str] = "invoice.archived"

    archive_id: UUID
    delivery_id: UUID
    sequence: int
    leaf_index: int
    original: DocumentRef
    archived_document: DocumentRef
    retain_until: datetime
    legal: bool = True
    archived_at: datetime


@fact
class InvoiceEliminated(PipelineFact):
    """Its term was over and two persons decided: the locked original is gone, `certificate_id` is the log's entry that
    proves it. Who keeps a working copy removes it: `sealed`, and `document` where `document_unused` says that no other
    original was made of the same bytes."""

    type_name: ClassVar[str] = "invoice.eliminated"

    archive_id: UUID
    certificate_id: UUID
    sealed: DocumentRef
    document_unused: bool = False
    eliminated_at: datetime


class Channel(StrEnum):
    """How the buyer gets the invoice."""

    FEED = "feed"
    WEBHOOK = "webhook"
    MAIL = "mail"
    PORTAL = "portal"


@fact
class InvoiceDelivered(InvoiceFact):
    """The buyer's system or person has it: *Présentée / Submitted*."""

    type_name: ClassVar[str] = "invoice.delivered"

    submission_id: UUID
    delivery_id: UUID
    channel: Channel
    delivered_at: datetime


@fact
class InvoiceDeliveryFailed(InvoiceFact):
    """A channel gave up; the invoice stays readable in the portal."""

    type_name: ClassVar[str] = "invoice.delivery_failed"

    submission_id: UUID
    delivery_id: UUID
    channel: Channel
    reason: str
    failed_at: datetime


class PaidVat(BaseModel):
    """What a payment pays of one VAT category and rate (MDT-215, MDT-224): with VAT, and the VAT in it."""

    model_config = ConfigDict(frozen=True)

    category: str
    rate: Quantity | None = None
    gross: Amount
    vat: Amount


@fact
class InvoiceStatusReported(InvoiceFact):
    """One side reported a status of a delivery (`contracts.status`); unknown codes are carried through untouched.

    `amount` of a payment (211, 212) is with VAT, negative for a refund; `vat` splits it to the cent.
    """

    type_name: ClassVar[str] = "invoice.status_reported"

    delivery_id: UUID
    status_id: UUID
    code: StatusCode
    reasons: tuple[str, ...] = ()
    reported_by: Party
    due_date: date | None = None
    amount: Amount | None = None
    vat: tuple[PaidVat, ...] = ()
    syntax: Literal["JSON", "T111", "CDAR"] = "JSON"
    reported_at: datetime


@fact
class InvoiceOverdue(InvoiceFact):
    """Nothing was said of a delivery in time: `expected` are the codes that were awaited until `deadline`. Once."""

    type_name: ClassVar[str] = "invoice.overdue"

    delivery_id: UUID
    expected: tuple[StatusCode, ...]
    deadline: datetime
    noticed_at: datetime


@fact
class InvoiceCancelled(InvoiceFact):
    """The supplier withdrew an invoice before it was delivered."""

    type_name: ClassVar[str] = "invoice.cancelled"

    submission_id: UUID | None
    reason: str
    order_lines: tuple[OrderLineUse, ...] = ()
    cancelled_at: datetime


@fact
class PaperRefused(Fact):
    """A buyer was sent paper that is dated after both were ready to transact (`ready_on`); it was not taken.

    `paper_id` is the same however often the buyer tries.
    """

    type_name: ClassVar[str] = "paper.refused"
    topic: ClassVar[str] = INVOICES_EVENTS

    paper_id: UUID
    supplier_id: UUID
    buyer_id: UUID
    number: str
    issue_date: date
    ready_on: date
    refused_at: datetime
