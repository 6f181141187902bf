"""Invoice lines (BG-25) in CII."""

from documents.cii.allowance_charge import read_line_adjustments, write_allowances_and_charges
from documents.cii.dates import read_period, write_period
from documents.cii.item import read_item, read_price, write_item, write_prices
from documents.cii.references import read_object, read_order_line, write_object, write_order_line
from documents.cii.vat import read_vat_category, write_vat_category
from documents.invoice.line import InvoiceLine
from documents.markup import attribute, digits, escaped, group, leaf
from documents.node import Node


def write_line(line: InvoiceLine) -> str:
    """`ram:IncludedSupplyChainTradeLineItem`, in one piece: a document has hundreds of them."""
    identifier = f"<ram:LineID>{escaped(line.identifier)}</ram:LineID>\n" if line.identifier else ""
    note = group("ram:IncludedNote", leaf("ram:Content", line.note)) if line.note else ""
    changes = write_allowances_and_charges(line.allowances, line.charges) if line.allowances or line.charges else ""
    account = ""
    if line.buyer_accounting_reference:
        account = group(
            "ram:ReceivableSpecifiedTradeAccountingAccount", leaf("ram:ID", line.buyer_accounting_reference)
        )
    return (
        "<ram:IncludedSupplyChainTradeLineItem>\n"
        f"<ram:AssociatedDocumentLineDocument>\n{identifier}{note}</ram:AssociatedDocumentLineDocument>\n"
        f"{write_item(line.item)}"
        "<ram:SpecifiedLineTradeAgreement>\n"
        f"{write_order_line(line.order_line) if line.order_line else ''}{write_prices(line.price)}"
        "</ram:SpecifiedLineTradeAgreement>\n"
        "<ram:SpecifiedLineTradeDelivery>\n"
        f"<ram:BilledQuantity{attribute('unitCode', line.unit)}>{digits(line.quantity)}</ram:BilledQuantity>\n"
        "</ram:SpecifiedLineTradeDelivery>\n"
        "<ram:SpecifiedLineTradeSettlement>\n"
        f"{write_vat_category('ram:ApplicableTradeTax', line.vat)}{write_period(line.period)}{changes}"
        "<ram:SpecifiedTradeSettlementLineMonetarySummation>\n"
        f"<ram:LineTotalAmount>{digits(line.net_amount)}</ram:LineTotalAmount>\n"
        "</ram:SpecifiedTradeSettlementLineMonetarySummation>\n"
        f"{write_object(line.object_identifier)}{account}"
        "</ram:SpecifiedLineTradeSettlement>\n"
        "</ram:IncludedSupplyChainTradeLineItem>\n"
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
