"""The header agreement in CII: parties and references."""

from typing import Final, NamedTuple

from documents.cii.party import write_party, write_tax_representative
from documents.cii.references import (
    OBJECT,
    TENDER,
    read_object,
    read_supporting_document,
    write_object,
    write_reference,
    write_supporting_documents,
    write_typed_reference,
)
from documents.invoice.invoice import Invoice
from documents.markup import element, leaf
from documents.node import Node
from documents.references import SupportingDocument
from documents.values import Identifier

PROJECT_NAME: Final = "Project reference"
"""CII wants a name beside BT-11; EN 16931-3-3 fixes this one."""


def write_agreement(invoice: Invoice) -> str:
    """`ram:ApplicableHeaderTradeAgreement`."""
    return element(
        "ram:ApplicableHeaderTradeAgreement",
        leaf("ram:BuyerReference", invoice.buyer_reference),
        write_party("ram:SellerTradeParty", invoice.seller),
        write_party("ram:BuyerTradeParty", invoice.buyer),
        write_tax_representative(invoice.tax_representative),
        write_reference("ram:SellerOrderReferencedDocument", invoice.sales_order_reference),
        write_reference("ram:BuyerOrderReferencedDocument", invoice.order_reference),
        write_reference("ram:ContractReferencedDocument", invoice.contract_reference),
        write_supporting_documents(invoice.supporting_documents),
        write_typed_reference(invoice.tender_reference, TENDER),
        write_object(invoice.invoiced_object),
        ""
        if invoice.project_reference is None
        else element(
            "ram:SpecifiedProcuringProject",
            leaf("ram:ID", invoice.project_reference),
            leaf("ram:Name", PROJECT_NAME),
        ),
    )


class Additional(NamedTuple):
    """What `ram:AdditionalReferencedDocument` holds."""

    invoiced_object: Identifier | None
    tender: str | None
    supporting: tuple[SupportingDocument, ...]


def read_additional(agreement: Node) -> Additional:
    """BT-17, BT-18 and BG-24 share one element; the type code tells them apart."""
    invoiced_object = tender = None
    supporting: list[SupportingDocument] = []
    for reference in agreement.many("ram:AdditionalReferencedDocument"):
        code = reference.text("ram:TypeCode")
        if code == OBJECT and invoiced_object is None:
            invoiced_object = read_object(reference)
        elif code == TENDER and tender is None:
            tender = reference.text("ram:IssuerAssignedID")
        else:
            supporting.append(read_supporting_document(reference))
    return Additional(invoiced_object, tender, tuple(supporting))
