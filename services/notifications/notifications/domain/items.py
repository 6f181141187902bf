"""What a feed item is: a type, and codes and parameters that programs read. Never a text, never personal data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from contracts.facts import Fact
from contracts.faults import Finding
from contracts.invoices import (
    InvoiceArchived,
    InvoiceCancelled,
    InvoiceDelivered,
    InvoiceDeliveryFailed,
    InvoiceFact,
    InvoiceFailed,
    InvoiceSealed,
    InvoiceStatusReported,
    InvoiceValidated,
    PaperRefused,
)
from contracts.money import Totals
from contracts.orders import DespatchSent, OrderResponded, ReceiptRecorded
from contracts.registration import (
    ConnectionAccepted,
    ConnectionDisconnected,
    ConnectionRefused,
    ConnectionRequested,
)

_MAX_FINDINGS: Final = 20


class ItemType(StrEnum):
    """Every type an item can have: those of the facts, and our own. A webhook chooses among them."""

    INVOICE_VALIDATED = "invoice.validated"
    INVOICE_FAILED = "invoice.failed"
    INVOICE_SEALED = "invoice.sealed"
    INVOICE_ARCHIVED = "invoice.archived"
    INVOICE_DELIVERED = "invoice.delivered"
    INVOICE_DELIVERY_FAILED = "invoice.delivery_failed"
    INVOICE_STATUS_REPORTED = "invoice.status_reported"
    INVOICE_CANCELLED = "invoice.cancelled"
    ORDER_PUBLISHED = "order.published"
    ORDER_CHANGED = "order.changed"
    ORDER_CLOSED = "order.closed"
    ORDER_RESPONDED = "order.responded"
    ORDER_ARCHIVED = "order.archived"
    RECEIPT_RECORDED = "receipt.recorded"
    DESPATCH_SENT = "despatch.sent"
    CONNECTION_REQUESTED = "connection.requested"
    CONNECTION_ACCEPTED = "connection.accepted"
    CONNECTION_REFUSED = "connection.refused"
    CONNECTION_DISCONNECTED = "connection.disconnected"
    PAPER_REFUSED = "paper.refused"
    WEBHOOK_DISABLED = "webhook.disabled"
    RULE_FAILED = "rulebook.rule_failed"


@dataclass(frozen=True)
class Submission:
    """What is known of a submission beyond the facts that follow it."""

    submission_id: UUID
    attempt: int
    number: str
    kind: str
    issue_date: date
    totals: Totals
    author_id: UUID
    """Who wrote it: the supplier, or the buyer that bills itself."""
    ended: bool = False
    """It failed or was cancelled."""
    replaced: bool = False
    """A later attempt followed."""

    @property
    def over(self) -> bool:
        """Nothing of it is announced any more."""
        return self.ended or self.replaced

    def described(self) -> dict[str, Any]:
        """Number, kind, date and totals as an item carries them; decimals are strings."""
        return {
            "number": self.number,
            "kind": self.kind,
            "issue_date": self.issue_date.isoformat(),
            "totals": self.totals.model_dump(mode="json"),
        }


@dataclass(frozen=True)
class Item:
    """Something that one company is told."""

    id: UUID
    company_id: UUID
    type: str
    subject: UUID
    data: Mapping[str, Any]
    occurred_at: datetime
    invoice_id: UUID | None = None


def invoice_data(fact: InvoiceFact, submission: Submission) -> dict[str, Any]:
    """What an item says of an invoice's fact."""
    return {
        "invoice_id": str(fact.invoice_id),
        "submission_id": str(submission.submission_id),
        "supplier_id": str(fact.supplier_id),
        "buyer_id": str(fact.buyer_id),
        "unit_id": str(fact.unit_id),
        **submission.described(),
        **_own(fact),
    }


def order_data(fact: Fact, number: str) -> dict[str, Any]:
    """What an item says of an order's fact; `number` is the order's."""
    shown = {"order_id", "supplier_id", "buyer_id", "unit_id", "revision", "currency", "issue_date", "changed_lines"}
    shown |= {"receipt_id", "despatch_id", "received_on", "despatched_on", "lines", "closed", "response", "reason_code"}
    shown |= {"archived", "cancelled", "origin", "response_id", "changes", "previous_revision", "active_on"}
    data = {name: value for name, value in fact.model_dump(mode="json").items() if name in shown}
    if isinstance(fact, (ReceiptRecorded, DespatchSent)):
        data["document_number"] = fact.number
    data |= _ubl(fact)
    return data | {"number": number}


def _ubl(fact: Fact) -> dict[str, Any]:
    """Where the order response or despatch advice is read as UBL, and by which digest it is known."""
    if isinstance(fact, OrderResponded):
        path = f"/v1/orders/{fact.order_id}/responses/{fact.response_id}/document"
    elif isinstance(fact, DespatchSent):
        path = f"/v1/orders/{fact.order_id}/despatches/{fact.despatch_id}/document"
    else:
        return {}
    document = fact.document
    if document is None:
        return {}
    return {
        "document": {
            "path": path,
            "sha256": document.sha256,
            "size": document.size,
            "media_type": document.media_type,
        }
    }


def connection_data(
    fact: ConnectionRequested | ConnectionAccepted | ConnectionRefused | ConnectionDisconnected,
) -> dict[str, Any]:
    """What an item says of a connection's fact."""
    return fact.model_dump(mode="json", include={"connection_id", "supplier_id", "buyer_id", "unit_id"})


def paper_data(fact: PaperRefused) -> dict[str, Any]:
    """What an item says of paper that was not taken."""
    shown = {"supplier_id", "buyer_id", "number", "issue_date", "ready_on"}
    return fact.model_dump(mode="json", include=shown)


def _own(fact: InvoiceFact) -> dict[str, Any]:
    match fact:
        case InvoiceFailed():
            return {
                "stage": fact.stage.value,
                "reason": fact.reason,
                "findings": _findings(fact.findings),
                "finding_count": len(fact.findings),
            }
        case InvoiceValidated():
            return {"warnings": _findings(fact.warnings), "rulebook_version": fact.rulebook_version}
        case InvoiceSealed():
            return {"level": fact.level, "legal": fact.legal}
        case InvoiceArchived():
            return _archived(fact)
        case InvoiceDelivered():
            return {"delivery_id": str(fact.delivery_id), "channel": fact.channel.value}
        case InvoiceDeliveryFailed():
            return {"delivery_id": str(fact.delivery_id), "channel": fact.channel.value, "reason": fact.reason}
        case InvoiceStatusReported():
            return fact.model_dump(
                mode="json",
                include={"delivery_id", "status_id", "code", "reasons", "reported_by", "due_date", "amount"},
            )
        case InvoiceCancelled():
            return {"reason": fact.reason}
        case _:
            return {}


def _archived(fact: InvoiceArchived) -> dict[str, Any]:
    """Where the original is read and by which digests it is known; no address inside the store."""
    at = f"/v1/archive/{fact.invoice_id}"
    return {
        "archive_id": str(fact.archive_id),
        "delivery_id": str(fact.delivery_id),
        "legal": fact.legal,
        "retain_until": fact.retain_until.isoformat(),
        "original": {
            "path": f"{at}/original.pdf",
            "sha256": fact.original.sha256,
            "size": fact.original.size,
            "media_type": fact.original.media_type,
        },
        "document": {
            "path": f"{at}/invoice.xml",
            "sha256": fact.archived_document.sha256,
            "size": fact.archived_document.size,
            "media_type": fact.archived_document.media_type,
        },
        "bundle": {"path": f"{at}/bundle.zip"},
    }


def _findings(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    shown = {"rule", "severity", "pointer", "count", "terms", "parameters", "detail", "fixed_by"}
    return [finding.model_dump(mode="json", include=shown) for finding in findings[:_MAX_FINDINGS]]
