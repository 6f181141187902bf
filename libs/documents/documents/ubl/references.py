"""References to other documents in UBL."""

from collections.abc import Sequence
from typing import Final

from documents.binary import read_attachment, write_attachment
from documents.markup import day, element, group, leaf
from documents.node import Node
from documents.references import OrderLineReference, PrecedingInvoice, SupportingDocument

NOT_AVAILABLE: Final = "NA"
"""What Peppol writes where UBL wants an identifier and the model has none."""


def write_reference(name: str, number: str | None) -> str:
    """`cac:DocumentReferenceType` with its identifier only."""
    return group(name, leaf("cbc:ID", number))


def write_order_reference(order: str | None, sales_order: str | None) -> str:
    """`cac:OrderReference`, BT-13 and BT-14."""
    if not (order or sales_order):
        return ""
    return element("cac:OrderReference", leaf("cbc:ID", order or NOT_AVAILABLE), leaf("cbc:SalesOrderID", sales_order))


def read_order_reference(node: Node) -> tuple[str | None, str | None]:
    """BT-13 and BT-14."""
    return known(node.text("cbc:ID")), node.text("cbc:SalesOrderID")


def known(text: str | None) -> str | None:
    """The text, unless it only fills the place of an identifier."""
    return None if text == NOT_AVAILABLE else text


def write_order_line_reference(reference: OrderLineReference | None) -> str:
    """`cac:OrderLineReference`, BT-132 and the number of the line's order."""
    if reference is None:
        return ""
    return element(
        "cac:OrderLineReference",
        leaf("cbc:LineID", reference.line or NOT_AVAILABLE),
        write_reference("cac:OrderReference", reference.order),
    )


def read_order_line_reference(node: Node) -> OrderLineReference:
    """BT-132."""
    return OrderLineReference(
        line=known(node.text("cbc:LineID")), order=known(node.text_at("cac:OrderReference", "cbc:ID"))
    )


def write_preceding_invoice(reference: PrecedingInvoice) -> str:
    """`cac:BillingReference`, BG-3."""
    return element(
        "cac:BillingReference",
        element(
            "cac:InvoiceDocumentReference",
            leaf("cbc:ID", reference.number),
            day("cbc:IssueDate", reference.issue_date),
        ),
    )


def read_preceding_invoices(node: Node) -> tuple[PrecedingInvoice, ...]:
    """BG-3; a credit note that refers to a credit note is read the same."""
    return tuple(
        PrecedingInvoice(number=reference.text("cbc:ID") or "", issue_date=reference.date("cbc:IssueDate"))
        for billing in node.many("cac:BillingReference")
        for kind in ("cac:InvoiceDocumentReference", "cac:CreditNoteDocumentReference")
        for reference in billing.many(kind)
    )


def write_supporting_documents(documents: Sequence[SupportingDocument]) -> str:
    """`cac:AdditionalDocumentReference`, BG-24."""
    return "".join(_write_supporting_document(document) for document in documents)


def _write_supporting_document(document: SupportingDocument) -> str:
    return element(
        "cac:AdditionalDocumentReference",
        leaf("cbc:ID", document.reference),
        leaf("cbc:DocumentDescription", document.description),
        group(
            "cac:Attachment",
            write_attachment("cbc:EmbeddedDocumentBinaryObject", document.attachment),
            group("cac:ExternalReference", leaf("cbc:URI", document.location)),
        ),
    )


def read_supporting_document(reference: Node) -> SupportingDocument:
    """BG-24 from a `cac:AdditionalDocumentReference`."""
    attachment = reference.at("cac:Attachment")
    return SupportingDocument(
        reference=reference.text("cbc:ID") or "",
        description=reference.joined("cbc:DocumentDescription"),
        location=attachment.text_at("cac:ExternalReference", "cbc:URI"),
        attachment=attachment.read("cbc:EmbeddedDocumentBinaryObject", read_attachment),
    )
