"""Allowances and charges in UBL: one element for both, told apart by an indicator."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from documents.allowance_charge import AllowanceCharge, DocumentAllowanceCharge
from documents.markup import element, leaf, number
from documents.node import Node
from documents.ubl.vat import read_vat_category, write_vat_category


def write_allowances_and_charges(
    allowances: Sequence[AllowanceCharge], charges: Sequence[AllowanceCharge], currency: str
) -> str:
    """`cac:AllowanceCharge` elements, allowances first; those of the document carry their VAT category."""
    return "".join(
        _write(indicator, adjustment, currency)
        for indicator, adjustments in (("false", allowances), ("true", charges))
        for adjustment in adjustments
    )


def _write(indicator: str, adjustment: AllowanceCharge, currency: str) -> str:
    vat = adjustment.vat if isinstance(adjustment, DocumentAllowanceCharge) else None
    return element(
        "cac:AllowanceCharge",
        leaf("cbc:ChargeIndicator", indicator),
        leaf("cbc:AllowanceChargeReasonCode", adjustment.reason_code),
        leaf("cbc:AllowanceChargeReason", adjustment.reason),
        number("cbc:MultiplierFactorNumeric", adjustment.percentage),
        number("cbc:Amount", adjustment.amount, currencyID=currency),
        number("cbc:BaseAmount", adjustment.base_amount, currencyID=currency),
        write_vat_category("cac:TaxCategory", vat) if vat else "",
    )


class LineAdjustments(NamedTuple):
    """BG-27 and BG-28."""

    allowances: tuple[AllowanceCharge, ...]
    charges: tuple[AllowanceCharge, ...]


class DocumentAdjustments(NamedTuple):
    """BG-20 and BG-21."""

    allowances: tuple[DocumentAllowanceCharge, ...]
    charges: tuple[DocumentAllowanceCharge, ...]


def read_line_adjustments(node: Node) -> LineAdjustments:
    """The line's allowances and charges."""
    found = [
        (_is_charge(child), AllowanceCharge(**_terms(child, "BT-136", "BT-141")))
        for child in node.many("cac:AllowanceCharge")
    ]
    return LineAdjustments(tuple(v for charge, v in found if not charge), tuple(v for charge, v in found if charge))


def read_document_adjustments(node: Node) -> DocumentAdjustments:
    """The document's allowances and charges."""
    found = [
        (
            _is_charge(child),
            DocumentAllowanceCharge(
                **_terms(child, "BT-92", "BT-99"), vat=read_vat_category(child.at("cac:TaxCategory"))
            ),
        )
        for child in node.many("cac:AllowanceCharge")
    ]
    return DocumentAdjustments(tuple(v for charge, v in found if not charge), tuple(v for charge, v in found if charge))


def _is_charge(node: Node) -> bool:
    return node.flag("cbc:ChargeIndicator", "BG-20")


def _terms(node: Node, allowance: str, charge: str) -> dict[str, Any]:
    return {
        "amount": node.needed_decimal("cbc:Amount", f"{allowance} or {charge}"),
        "base_amount": node.decimal("cbc:BaseAmount"),
        "percentage": node.decimal("cbc:MultiplierFactorNumeric"),
        "reason": node.text("cbc:AllowanceChargeReason"),
        "reason_code": node.text("cbc:AllowanceChargeReasonCode"),
    }


def write_price_allowance(gross: Decimal | None, discount: Decimal | None, currency: str) -> str:
    """`cac:Price/cac:AllowanceCharge`, BT-147 and BT-148. UBL wants an amount, so no discount is 0."""
    if gross is None:
        return ""
    return element(
        "cac:AllowanceCharge",
        leaf("cbc:ChargeIndicator", "false"),
        number("cbc:Amount", discount or Decimal(0), currencyID=currency),
        number("cbc:BaseAmount", gross, currencyID=currency),
    )


def read_price_allowance(node: Node) -> tuple[Decimal | None, Decimal | None]:
    """BT-148 and BT-147. EN 16931 knows no charge on a price."""
    if node.text("cbc:ChargeIndicator") in ("true", "1"):
        return None, None
    return node.decimal("cbc:BaseAmount"), node.decimal("cbc:Amount")
