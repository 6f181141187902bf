"""Payments of an invoice (211, 212): how much there may be, and what each pays of which VAT rate."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from contracts.faults import Finding, Severity, json_pointer
from contracts.invoices import PaidVat
from documents.totals import rounded
from documents.vat import VatBreakdown

PAYMENTS: Final = frozenset({"211", "212"})
RECEIVED: Final = "212"


@dataclass(frozen=True)
class Payable:
    """An invoice as far as payments are concerned."""

    currency: str
    due: Decimal
    """BT-115."""
    breakdown: tuple[VatBreakdown, ...]


def outstanding(due: Decimal, paid: Decimal) -> Decimal:
    """What is still to come of `due` after `paid` of one code; of a credit note, what is still to go back."""
    return due - paid


def findings(code: str, amount: Decimal | None, paid: Decimal, payable: Payable) -> tuple[Finding, ...]:
    """What is wrong with an amount after `paid` of the same code: none for cash-ins, too much, or too much back."""
    if amount is None:
        detail = "Say how much came in, with VAT; negative for a refund."
        return (_finding("AMOUNT_REQUIRED", detail),) if code == RECEIVED else ()
    if amount == 0 or amount != rounded(amount, payable.currency):
        return (_finding("AMOUNT_WRONG", f"An amount in whole minor units of {payable.currency}, not 0."),)
    low, high = sorted((Decimal(0), payable.due))
    if not low <= paid + amount <= high:
        left = outstanding(payable.due, paid)
        return (_finding("AMOUNT_TOO_LARGE", f"{left:f} {payable.currency} is left to pay, {paid:f} is paid."),)
    return ()


def _finding(rule: str, detail: str) -> Finding:
    return Finding(rule=rule, severity=Severity.FATAL, pointer=json_pointer("amount"), detail=detail)


def split(paid: Decimal, amount: Decimal, payable: Payable) -> tuple[PaidVat, ...]:
    """What `amount` pays of each VAT category and rate, after `paid` was paid before.

    Shares are of the running total, so that those of all payments together are the invoice's own to the cent, however
    often and how unevenly it is paid; those of one payment sum to its amount.
    """
    parts = [(group.taxable_amount + group.tax_amount, group.tax_amount) for group in payable.breakdown]
    gross = sum((whole for whole, _ in parts), Decimal(0))
    if not gross:
        return ()
    before = _shares([whole for whole, _ in parts], paid, gross, payable.currency)
    after = _shares([whole for whole, _ in parts], paid + amount, gross, payable.currency)
    vat_before = [_vat(share, part, payable.currency) for share, part in zip(before, parts, strict=True)]
    vat_after = [_vat(share, part, payable.currency) for share, part in zip(after, parts, strict=True)]
    return tuple(
        PaidVat(category=group.category.code, rate=group.category.rate, gross=now - was, vat=vat_now - vat_was)
        for group, was, now, vat_was, vat_now in zip(
            payable.breakdown, before, after, vat_before, vat_after, strict=True
        )
    )


def _shares(wholes: Sequence[Decimal], total: Decimal, gross: Decimal, currency: str) -> list[Decimal]:
    """A total shared by size: sums from the left are rounded, so that the last one is the total itself."""
    shares: list[Decimal] = []
    upto, given = Decimal(0), Decimal(0)
    for whole in wholes:
        upto += whole
        reached = rounded(total * upto / gross, currency)
        shares.append(reached - given)
        given = reached
    return shares


def _vat(share: Decimal, part: tuple[Decimal, Decimal], currency: str) -> Decimal:
    whole, tax = part
    return rounded(share * tax / whole, currency) if whole else Decimal(0)
