"""VAT categories, allowances and charges, and the VAT totals in UBL."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from documents.markup import element, group, leaf, number
from documents.node import Node
from documents.vat import VatBreakdown, VatCategory

VAT_SCHEME: Final = group("cac:TaxScheme", leaf("cbc:ID", "VAT"))


def write_vat_category(name: str, vat: VatCategory, reason: str = "") -> str:
    """`cac:TaxCategoryType` under the given element name; `reason` are its exemption elements."""
    return element(name, leaf("cbc:ID", vat.code), number("cbc:Percent", vat.rate), reason, VAT_SCHEME)


def read_vat_category(node: Node) -> VatCategory:
    """The category; one that says nothing when the element is absent."""
    node.text_at("cac:TaxScheme", "cbc:ID")
    return VatCategory(code=node.text("cbc:ID") or "", rate=node.decimal("cbc:Percent"))


def write_tax_total(amount: Decimal, currency: str, breakdown: Sequence[VatBreakdown] = ()) -> str:
    """`cac:TaxTotal`: BT-110 with BG-23, or BT-111 alone."""
    return element(
        "cac:TaxTotal",
        number("cbc:TaxAmount", amount, currencyID=currency),
        *(
            element(
                "cac:TaxSubtotal",
                number("cbc:TaxableAmount", vat.taxable_amount, currencyID=currency),
                number("cbc:TaxAmount", vat.tax_amount, currencyID=currency),
                write_vat_category(
                    "cac:TaxCategory",
                    vat.category,
                    leaf("cbc:TaxExemptionReasonCode", vat.exemption_reason_code)
                    + leaf("cbc:TaxExemptionReason", vat.exemption_reason),
                ),
            )
            for vat in breakdown
        ),
    )


class TaxTotals(NamedTuple):
    """What the `cac:TaxTotal` elements of an invoice say."""

    vat_amount: Decimal | None
    vat_amount_in_vat_currency: Decimal | None
    breakdown: tuple[VatBreakdown, ...]


def read_tax_totals(node: Node, currency: str) -> TaxTotals:
    """BT-110 is the total with the breakdown, or else the first in BT-5; another one is BT-111."""
    main = other = None
    breakdown: list[VatBreakdown] = []
    for total in node.many("cac:TaxTotal"):
        amount, amount_currency = total.measure("cbc:TaxAmount", "currencyID")
        subtotals = total.many("cac:TaxSubtotal")
        breakdown += (_read_subtotal(subtotal) for subtotal in subtotals)
        if main is None and (subtotals or amount_currency in (None, currency)):
            main = amount
        elif other is None:
            other = amount
    return TaxTotals(main, other, tuple(breakdown))


def _read_subtotal(node: Node) -> VatBreakdown:
    category = node.at("cac:TaxCategory")
    return VatBreakdown(
        taxable_amount=node.needed_decimal("cbc:TaxableAmount", "BT-116"),
        tax_amount=node.needed_decimal("cbc:TaxAmount", "BT-117"),
        exemption_reason=category.text("cbc:TaxExemptionReason"),
        exemption_reason_code=category.text("cbc:TaxExemptionReasonCode"),
        category=read_vat_category(category),
    )
