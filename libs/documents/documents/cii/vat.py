"""VAT categories and breakdown, and periods, in CII."""

import datetime
from decimal import Decimal
from typing import Final

from documents.cii.dates import cii_day
from documents.markup import digits, element, escaped, leaf, number
from documents.node import Node
from documents.vat import VatBreakdown, VatCategory

_CODES_OF_2475: Final = {"3": "5", "35": "29", "432": "72"}
"""BT-8 is UNTDID 2005 in the model and UNTDID 2475 in CII (EN 16931-3-3)."""
_CODES_OF_2005: Final = {there: here for here, there in _CODES_OF_2475.items()}


def write_vat_category(name: str, vat: VatCategory) -> str:
    """`ram:TradeTaxType` with category and rate only."""
    code = f"<ram:CategoryCode>{escaped(vat.code)}</ram:CategoryCode>\n" if vat.code else ""
    rate = "" if vat.rate is None else f"<ram:RateApplicablePercent>{digits(vat.rate)}</ram:RateApplicablePercent>\n"
    return f"<{name}>\n<ram:TypeCode>VAT</ram:TypeCode>\n{code}{rate}</{name}>\n"


def read_vat_category(node: Node) -> VatCategory:
    """The category; one that says nothing when the element is absent."""
    node.text("ram:TypeCode")
    return VatCategory(code=node.text("ram:CategoryCode") or "", rate=node.decimal("ram:RateApplicablePercent"))


def write_breakdown(
    vat: VatBreakdown, tax_point: datetime.date | None = None, tax_point_code: str | None = None
) -> str:
    """`ram:ApplicableTradeTax` of the header; BT-7 and BT-8 stand in one of them (CII-SR-461, CII-SR-462)."""
    return element(
        "ram:ApplicableTradeTax",
        number("ram:CalculatedAmount", vat.tax_amount),
        leaf("ram:TypeCode", "VAT"),
        leaf("ram:ExemptionReason", vat.exemption_reason),
        number("ram:BasisAmount", vat.taxable_amount),
        leaf("ram:CategoryCode", vat.category.code),
        leaf("ram:ExemptionReasonCode", vat.exemption_reason_code),
        cii_day("ram:TaxPointDate", "udt:DateString", tax_point),
        leaf("ram:DueDateTypeCode", _CODES_OF_2475.get(tax_point_code or "", tax_point_code)),
        number("ram:RateApplicablePercent", vat.category.rate),
    )


def read_breakdown(node: Node) -> VatBreakdown:
    """BG-23; BT-7 and BT-8 are read apart."""
    return VatBreakdown(
        taxable_amount=node.needed_decimal("ram:BasisAmount", "BT-116"),
        tax_amount=node.needed_decimal("ram:CalculatedAmount", "BT-117"),
        exemption_reason=node.text("ram:ExemptionReason"),
        exemption_reason_code=node.text("ram:ExemptionReasonCode"),
        category=read_vat_category(node),
    )


def read_tax_point(node: Node) -> tuple[datetime.date | None, str | None]:
    """BT-7 and BT-8 of one `ram:ApplicableTradeTax`."""
    code = node.text("ram:DueDateTypeCode")
    return node.cii_date("ram:TaxPointDate"), _CODES_OF_2005.get(code or "", code)


def total_vat(breakdown: tuple[VatBreakdown, ...]) -> Decimal:
    """BT-110 when a document does not give it (BR-CO-14)."""
    return sum((group.tax_amount for group in breakdown), Decimal(0))
