"""Allowances and charges in CII."""

from collections.abc import Sequence
from typing import Any

from documents.allowance_charge import AllowanceCharge, DocumentAllowanceCharge
from documents.cii.vat import read_vat_category, write_vat_category
from documents.markup import element, leaf, number
from documents.node import Node


def write_indicator(charge: bool) -> str:
    """`ram:ChargeIndicator`."""
    return element("ram:ChargeIndicator", leaf("udt:Indicator", "true" if charge else "false"))


def write_allowances_and_charges(allowances: Sequence[AllowanceCharge], charges: Sequence[AllowanceCharge]) -> str:
    """`ram:SpecifiedTradeAllowanceCharge`, allowances first; those of the document carry their VAT category."""
    return "".join(_write(value, charge=False) for value in allowances) + "".join(
        _write(value, charge=True) for value in charges
    )


def _write(value: AllowanceCharge, *, charge: bool) -> str:
    vat = value.vat if isinstance(value, DocumentAllowanceCharge) else None
    return element(
        "ram:SpecifiedTradeAllowanceCharge",
        write_indicator(charge),
        number("ram:CalculationPercent", value.percentage),
        number("ram:BasisAmount", value.base_amount),
        number("ram:ActualAmount", value.amount),
        leaf("ram:ReasonCode", value.reason_code),
        leaf("ram:Reason", value.reason),
        write_vat_category("ram:CategoryTradeTax", vat) if vat else "",
    )


def is_charge(node: Node) -> bool:
    """Whether the element is a charge; a problem when it does not say."""
    return node.at("ram:ChargeIndicator").flag("udt:Indicator", "BG-20")


def read_terms(node: Node, allowance: str, charge: str) -> dict[str, Any]:
    """The terms that all allowances and charges share."""
    return {
        "amount": node.needed_decimal("ram:ActualAmount", f"{allowance} or {charge}"),
        "base_amount": node.decimal("ram:BasisAmount"),
        "percentage": node.decimal("ram:CalculationPercent"),
        "reason": node.text("ram:Reason"),
        "reason_code": node.text("ram:ReasonCode"),
    }


def read_line_adjustments(node: Node) -> tuple[tuple[AllowanceCharge, ...], tuple[AllowanceCharge, ...]]:
    """BG-27 and BG-28."""
    found = [
        (is_charge(child), AllowanceCharge(**read_terms(child, "BT-136", "BT-141")))
        for child in node.many("ram:SpecifiedTradeAllowanceCharge")
    ]
    return tuple(v for charge, v in found if not charge), tuple(v for charge, v in found if charge)


def read_document_adjustments(
    node: Node,
) -> tuple[tuple[DocumentAllowanceCharge, ...], tuple[DocumentAllowanceCharge, ...]]:
    """BG-20 and BG-21."""
    found = [
        (
            is_charge(child),
            DocumentAllowanceCharge(
                **read_terms(child, "BT-92", "BT-99"), vat=read_vat_category(child.at("ram:CategoryTradeTax"))
            ),
        )
        for child in node.many("ram:SpecifiedTradeAllowanceCharge")
    ]
    return tuple(v for charge, v in found if not charge), tuple(v for charge, v in found if charge)
