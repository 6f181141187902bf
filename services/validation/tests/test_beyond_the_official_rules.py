"""Numbers that cannot be, a recipient whom nobody could find, dates that do not fit: each a finding with its place."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from documents.invoice import Invoice
from documents.reading import read_invoice
from rules.texts import text_of
from validation.domain.beyond_official import check
from validation.domain.rule_examples import sample

EXAMPLES = Path(__file__).parents[3] / "examples"
TODAY = date(2026, 11, 22)


def found(**changes: Any) -> list[tuple[str, str]]:
    content = sample()
    for name, change in changes.items():
        content = content | {name: content[name] | change}
    return [(finding.rule, finding.pointer) for finding in check(Invoice.model_validate(content), TODAY)]


@pytest.mark.parametrize(
    "file", sorted(EXAMPLES.rglob("invoice.*.xml")), ids=lambda file: f"{file.parent.name}-{file.name}"
)
def test_our_own_documents_have_no_such_fault(file: Path) -> None:
    assert [finding for finding in check(read_invoice(file.read_bytes()), TODAY) if finding.stops] == []


@pytest.mark.parametrize(
    ("vat", "wrong"),
    [
        ("FR32732829320", True),
        ("FR44732829320", False),
        ("DE136695976", False),
        ("DE136695977", True),
        ("EL094259216", False),
        ("ESX9999999Z", True),
        ("ZZ123", False),
        ("1", False),
    ],
)
def test_a_vat_number_has_the_check_digits_of_its_country(vat: str, wrong: bool) -> None:
    assert found(seller={"vat_identifier": vat}) == ([("NAV-VAT-01", "/seller/vat_identifier")] if wrong else [])


@pytest.mark.parametrize(
    ("scheme", "good", "bad"),
    [
        ("0002", "732829320", "732829321"),
        ("0009", "73282932000074", "73282932000075"),
        ("0060", "123456789", "12345678"),
        ("0088", "4012345000009", "4012345000008"),
    ],
)
def test_a_number_of_a_register_is_one(scheme: str, good: str, bad: str) -> None:
    place = [("NAV-ID-01", "/buyer/legal_registration")]
    assert found(buyer={"legal_registration": {"value": good, "scheme": scheme}}) == []
    assert found(buyer={"legal_registration": {"value": bad, "scheme": scheme}}) == place


def test_an_account_of_a_sepa_transfer_is_an_iban() -> None:
    means = {"code": "58", "credit_transfer": {"account": "FR7630006000011234567890188"}}
    assert found(payment={"means": (means,)}) == [("NAV-IBAN-01", "/payment/means/0/credit_transfer/account")]
    assert found(payment={"means": (means | {"code": "30"},)}) == []


def test_a_buyer_whom_nothing_identifies_cannot_be_reached() -> None:
    nobody = {"electronic_address": None, "legal_registration": None, "vat_identifier": None, "identifiers": ()}
    assert found(buyer=nobody) == [("NAV-RECIPIENT-01", "/buyer/electronic_address")]


def test_dates_that_do_not_fit_warn() -> None:
    invoice = Invoice.model_validate(sample() | {"issue_date": "2026-11-24", "due_date": "2026-11-23"})
    findings = check(invoice, TODAY)
    assert [(each.rule, each.stops) for each in findings] == [("NAV-DATE-01", False), ("NAV-DATE-02", False)]
    for each in findings:
        assert text_of(each, "fr") != text_of(each, "en")
