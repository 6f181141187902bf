"""Invoices of every kind, in both syntaxes: they pass the official rules, and come back as they were written."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from documents.invoice import InvoiceDraft
from documents.invoice.codes import (
    CORRECTED_INVOICE,
    CREDIT_NOTE,
    INVOICE,
    PREPAYMENT_INVOICE,
    SELF_BILLED_CREDIT_NOTE,
    SELF_BILLED_INVOICE,
)
from documents.reading import Syntax, read_invoice
from documents.references import PrecedingInvoice
from documents.totals import calculate
from documents.writing import write_invoice
from rules.engine import RuleEngine

EXAMPLES = Path(__file__).parents[3] / "examples"
KINDS = (
    INVOICE,
    CREDIT_NOTE,
    CORRECTED_INVOICE,
    PREPAYMENT_INVOICE,
    SELF_BILLED_INVOICE,
    SELF_BILLED_CREDIT_NOTE,
)
_ABOUT_ANOTHER = (CREDIT_NOTE, CORRECTED_INVOICE, SELF_BILLED_CREDIT_NOTE)
_FREIGHT = {"amount": "12.50", "reason": "Port", "reason_code": "FC", "vat": {"code": "S", "rate": "20"}}
_DISCOUNT = {"amount": "7.31", "reason": "Remise", "vat": {"code": "S", "rate": "20"}}


def _draft(kind: str, **terms: Any) -> InvoiceDraft:
    content: dict[str, Any] = json.loads((EXAMPLES / "order-simple" / "draft.json").read_text())
    changed: dict[str, Any] = {"type_code": kind}
    if kind in _ABOUT_ANOTHER:
        named = PrecedingInvoice(number="FA-2026-000411", issue_date=date(2026, 11, 2))
        changed |= {"preceding_invoices": [named], "due_date": None}
    return InvoiceDraft.model_validate(content | changed | terms)


@pytest.mark.parametrize("syntax", ["UBL", "CII"])
@pytest.mark.parametrize("kind", KINDS)
def test_it_passes_the_official_rules_and_comes_back_identical(engine: RuleEngine, kind: str, syntax: Syntax) -> None:
    for terms in ({}, {"charges": [_FREIGHT], "allowances": [_DISCOUNT]}):
        invoice = calculate(_draft(kind, **terms))
        written = write_invoice(invoice, syntax)
        assert [found for found in engine.check(written) if found.stops] == []
        assert read_invoice(written) == invoice
        assert write_invoice(read_invoice(written), syntax) == written
    assert invoice.totals.charge_amount == Decimal("12.50")
