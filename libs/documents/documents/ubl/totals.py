"""Document totals (BG-22) in UBL."""

from decimal import Decimal

from documents.invoice.invoice import DocumentTotals
from documents.markup import element, number
from documents.node import Node
from documents.ubl.vat import TaxTotals


def write_totals(totals: DocumentTotals, currency: str) -> str:
    """`cac:LegalMonetaryTotal`; BT-110 and BT-111 stand in `cac:TaxTotal`."""
    return element(
        "cac:LegalMonetaryTotal",
        number("cbc:LineExtensionAmount", totals.line_net_amount, currencyID=currency),
        number("cbc:TaxExclusiveAmount", totals.net_amount, currencyID=currency),
        number("cbc:TaxInclusiveAmount", totals.gross_amount, currencyID=currency),
        number("cbc:AllowanceTotalAmount", totals.allowance_amount, currencyID=currency),
        number("cbc:ChargeTotalAmount", totals.charge_amount, currencyID=currency),
        number("cbc:PrepaidAmount", totals.paid_amount, currencyID=currency),
        number("cbc:PayableRoundingAmount", totals.rounding_amount, currencyID=currency),
        number("cbc:PayableAmount", totals.due_amount, currencyID=currency),
    )


def read_totals(node: Node, tax: TaxTotals) -> DocumentTotals:
    """BG-22; without BT-110 it is the sum of the breakdown (BR-CO-14)."""
    vat = tax.vat_amount
    return DocumentTotals(
        line_net_amount=node.needed_decimal("cbc:LineExtensionAmount", "BT-106"),
        allowance_amount=node.decimal("cbc:AllowanceTotalAmount"),
        charge_amount=node.decimal("cbc:ChargeTotalAmount"),
        net_amount=node.needed_decimal("cbc:TaxExclusiveAmount", "BT-109"),
        vat_amount=sum((group.tax_amount for group in tax.breakdown), Decimal(0)) if vat is None else vat,
        vat_amount_in_vat_currency=tax.vat_amount_in_vat_currency,
        gross_amount=node.needed_decimal("cbc:TaxInclusiveAmount", "BT-112"),
        paid_amount=node.decimal("cbc:PrepaidAmount"),
        rounding_amount=node.decimal("cbc:PayableRoundingAmount"),
        due_amount=node.needed_decimal("cbc:PayableAmount", "BT-115"),
    )
