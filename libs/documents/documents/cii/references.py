"""References to other documents in CII."""

from collections.abc import Sequence
from typing import Final

from documents.binary import read_attachment, write_attachment
from documents.cii.dates import cii_day
from documents.markup import element, group, leaf
from documents.node import Node
from documents.references import OrderLineReference, PrecedingInvoice, SupportingDocument
from documents.values import Identifier

SUPPORTING: Final = "916"
TENDER: Final = "50"
OBJECT: Final = "130"
"""UNTDID 1001: what an additional reference is (EN 16931-3-3)."""


def write_reference(name: str, number: str | None) -> str:
    """`ram:ReferencedDocumentType` with its identifier only."""
    return group(name, leaf("ram:IssuerAssignedID", number))


def write_typed_reference(number: str | None, code: str, scheme: str | None = None) -> str:
    """`ram:AdditionalReferencedDocument` for BT-17, BT-18 and BT-128."""
    if not number:
        return ""
    return element(
        "ram:AdditionalReferencedDocument",
        leaf("ram:IssuerAssignedID", number),
        leaf("ram:TypeCode", code),
        leaf("ram:ReferenceTypeCode", scheme),
    )


def write_object(value: Identifier | None) -> str:
    """BT-18 or BT-128."""
    return write_typed_reference(value.value, OBJECT, value.scheme) if value else ""


def read_object(node: Node) -> Identifier:
    """BT-18 or BT-128."""
    node.text("ram:TypeCode")
    return Identifier(value=node.text("ram:IssuerAssignedID") or "", scheme=node.text("ram:ReferenceTypeCode"))


def write_supporting_documents(documents: Sequence[SupportingDocument]) -> str:
    """`ram:AdditionalReferencedDocument` of type 916, BG-24."""
    return "".join(
        element(
            "ram:AdditionalReferencedDocument",
            leaf("ram:IssuerAssignedID", document.reference),
            leaf("ram:URIID", document.location),
            leaf("ram:TypeCode", SUPPORTING),
            leaf("ram:Name", document.description),
            write_attachment("ram:AttachmentBinaryObject", document.attachment),
        )
        for document in documents
    )


def read_supporting_document(node: Node) -> SupportingDocument:
    """BG-24."""
    return SupportingDocument(
        reference=node.text("ram:IssuerAssignedID") or "",
        location=node.text("ram:URIID"),
        description=node.joined("ram:Name"),
        attachment=node.read("ram:AttachmentBinaryObject", read_attachment),
    )


def write_preceding_invoices(references: Sequence[PrecedingInvoice]) -> str:
    """`ram:InvoiceReferencedDocument`, BG-3. More than one is valid in D22B only."""
    return "".join(
        element(
            "ram:InvoiceReferencedDocument",
            leaf("ram:IssuerAssignedID", reference.number),
            cii_day("ram:FormattedIssueDateTime", "qdt:DateTimeString", reference.issue_date),
        )
        for reference in references
    )


def read_preceding_invoices(node: Node) -> tuple[PrecedingInvoice, ...]:
    """BG-3."""
    return tuple(
        PrecedingInvoice(
            number=reference.text("ram:IssuerAssignedID") or "",
            issue_date=reference.cii_date("ram:FormattedIssueDateTime"),
        )
        for reference in node.many("ram:InvoiceReferencedDocument")
    )


def write_order_line(reference: OrderLineReference | None) -> str:
    """`ram:BuyerOrderReferencedDocument` of a line. An order number there needs a profile beyond EN 16931:2017."""
    if reference is None:
        return ""
    return group(
        "ram:BuyerOrderReferencedDocument",
        leaf("ram:IssuerAssignedID", reference.order),
        leaf("ram:LineID", reference.line),
    )


def read_order_line(node: Node) -> OrderLineReference:
    """BT-132."""
    return OrderLineReference(line=node.text("ram:LineID"), order=node.text("ram:IssuerAssignedID"))
