"""Invoices that come as files: what a file holds, and its content as a draft of ours."""

import zipfile
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

from contracts.faults import Finding, Severity, json_pointer
from contracts.limits import DOCUMENT_BODY
from contracts.refs import AttachmentRef, DocumentRef
from documents.invoice import DraftLine, Invoice, InvoiceDraft
from documents.totals import calculate
from documents.vat import ExemptionReason

MOST_FILES: Final = 200
_MOST_UNPACKED: Final = 64 * 1024 * 1024
FACTUR_X: Final = ("factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml", "ZUGFeRD-invoice.xml")


class AsItCame(DocumentRef):
    """The document that is sent as it is; `source`: the file that it came in, where that is not the document itself."""

    source: AttachmentRef | None = None


@dataclass(frozen=True)
class File:
    """One file of an upload."""

    name: str
    data: bytes


class NoArchive(ValueError):
    """A zip that is broken, too large unpacked, or has too many members; `str()` says which."""


def files_of(name: str, data: bytes) -> list[File]:
    """The files of an upload: itself, or a zip's members, hidden ones and folders left out. Raises NoArchive."""
    if not data.startswith(b"PK\x03\x04"):
        return [File(name, data)]
    try:
        with zipfile.ZipFile(BytesIO(data)) as held:
            members = [found for found in held.infolist() if not found.is_dir() and not _hidden(found.filename)]
            if len(members) > MOST_FILES:
                raise NoArchive(f"The zip holds more than {MOST_FILES} files; send several.")
            if sum(found.file_size for found in members) > _MOST_UNPACKED:
                raise NoArchive("The zip is larger than 64 MB unpacked; send several.")
            return [File(found.filename, _unpacked(held, found)) for found in members]
    except (zipfile.BadZipFile, OSError, RuntimeError) as error:
        raise NoArchive("The zip is broken or encrypted; pack it again without a password.") from error


def _hidden(name: str) -> bool:
    return name.startswith(("__MACOSX/", ".")) or "/." in name


def _unpacked(held: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """Its content, one byte more than a document may have at most: a directory's sizes may lie."""
    with held.open(member) as content:
        return content.read(DOCUMENT_BODY + 1)


def as_draft(invoice: Invoice) -> InvoiceDraft:
    """The content of an invoice from elsewhere; our own amounts follow from it."""
    terms: dict[str, Any] = {
        name: getattr(invoice, name) for name in InvoiceDraft.model_fields if hasattr(invoice, name)
    }
    lines = tuple(DraftLine(**{name: getattr(line, name) for name in DraftLine.model_fields}) for line in invoice.lines)
    reasons = {
        group.category.code: ExemptionReason(
            category=group.category.code, text=group.exemption_reason, code=group.exemption_reason_code
        )
        for group in invoice.vat_breakdown
        if group.exemption_reason or group.exemption_reason_code
    }
    terms |= {
        "lines": lines,
        "exemption_reasons": tuple(reasons.values()),
        "paid_amount": invoice.totals.paid_amount,
        "rounding_amount": invoice.totals.rounding_amount,
    }
    return InvoiceDraft(**terms)


def differences(invoice: Invoice) -> tuple[Finding, ...]:
    """Where the amounts of an invoice are not those that its own lines make (BR-CO-10 to BR-CO-17)."""
    ours = calculate(as_draft(invoice)).totals
    names = ("line_net_amount", "net_amount", "vat_amount", "gross_amount", "due_amount")
    return tuple(
        Finding(
            rule="AMOUNTS_DIFFER",
            severity=Severity.FATAL,
            pointer=json_pointer("totals", name),
            detail="The lines make another amount; correct it in the software that wrote the invoice.",
        )
        for name in names
        if getattr(ours, name) != getattr(invoice.totals, name)
    )
