"""Invoice lines (BG-25) in CII."""

from documents.cii.allowance_charge import read_line_adjustments, write_allowances_and_charges
from documents.cii.dates import read_period, write_period
from documents.cii.item import read_item, read_price, write_item, write_prices
from documents.cii.references import read_object, read_order_line, write_object, write_order_line
from documents.cii.vat import read_vat_category, write_vat_category
from documents.invoice.line import InvoiceLine
from documents.markup import element, group, leaf, number
from documents.node import Node


def write_line(line: InvoiceLine) -> str:
    """`ram:IncludedSupplyChainTradeLineItem`."""
    return element(
        "ram:IncludedSupplyChainTradeLineItem",
        element(
            "ram:AssociatedDocumentLineDocument",
            leaf("ram:LineID", line.identifier),
            group("ram:IncludedNote", leaf("ram:Content", line.note)),
        ),
        write_item(line.item),
        element("ram:SpecifiedLineTradeAgreement", write_order_line(line.order_line), write_prices(line.price)),
        element("ram:SpecifiedLineTradeDelivery", number("ram:BilledQuantity", line.quantity, unitCode=line.unit)),
        element(
            "ram:SpecifiedLineTradeSettlement",
            write_vat_category("ram:ApplicableTradeTax", line.vat),
            write_period(line.period),
            write_allowances_and_charges(line.allowances, line.charges),
            element(
                "ram:SpecifiedTradeSettlementLineMonetarySummation",
                number("ram:LineTotalAmount", line.net_amount),
            ),
            write_object(line.object_identifier),
            group("ram:ReceivableSpecifiedTradeAccountingAccount", leaf("ram:ID", line.buyer_accounting_reference)),
        ),
    )


def read_line(node: Node) -> InvoiceLine:
    """BG-25; problems when quantity, price or net amount are missing."""
    document = node.at("ram:AssociatedDocumentLineDocument")
    agreement = node.at("ram:SpecifiedLineTradeAgreement")
    settlement = node.at("ram:SpecifiedLineTradeSettlement")
    quantity, unit = node.at("ram:SpecifiedLineTradeDelivery").needed_measure(
        "ram:BilledQuantity", "unitCode", "BT-129"
    )
    allowances, charges = read_line_adjustments(settlement)
    summation = settlement.at("ram:SpecifiedTradeSettlementLineMonetarySummation")
    notes = (note.joined("ram:Content") for note in document.many("ram:IncludedNote"))
    return InvoiceLine(
        identifier=document.text("ram:LineID") or "",
        note="\n".join(note for note in notes if note),
        object_identifier=settlement.read("ram:AdditionalReferencedDocument", read_object),
        quantity=quantity,
        unit=unit,
        net_amount=summation.needed_decimal("ram:LineTotalAmount", "BT-131"),
        order_line=agreement.read("ram:BuyerOrderReferencedDocument", read_order_line),
        buyer_accounting_reference=settlement.text_at("ram:ReceivableSpecifiedTradeAccountingAccount", "ram:ID"),
        period=settlement.read("ram:BillingSpecifiedPeriod", read_period),
        allowances=allowances,
        charges=charges,
        price=read_price(agreement),
        vat=read_vat_category(settlement.at("ram:ApplicableTradeTax")),
        item=read_item(node.at("ram:SpecifiedTradeProduct")),
    )
