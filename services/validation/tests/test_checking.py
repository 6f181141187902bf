"""One check runs everything that applies: official rules, then the rulebook; hostile input is answered."""

from collections.abc import AsyncGenerator
from datetime import date
from pathlib import Path

import pytest

from contracts.rulebooks import BuyerRule
from rules.checker import AsyncChecker
from rules.under import Under
from validation.checking import Rulebook, check, check_official
from validation.confirming import VatNumbers

EXAMPLES = Path(__file__).parents[3] / "examples"
pytestmark = pytest.mark.connected  # starts the rule engine's process


@pytest.fixture(scope="module")
async def checker() -> AsyncGenerator[AsyncChecker]:
    async with AsyncChecker() as made:
        yield made


async def rules_of(checker: AsyncChecker, document: bytes, *rules: BuyerRule) -> tuple[set[str], set[str]]:
    """Fatal rules that were found, and the sets that ran."""
    book = Rulebook(today=date(2026, 11, 21), rules=rules, version=3 if rules else 0, sha256="0" * 64)
    findings, applied = await check(checker, document, book, VatNumbers(None).as_one_types)
    assert all(each.sha256 for each in applied), "a verdict names the bytes of every rule set"
    return {finding.rule for finding in findings if finding.stops}, {each.id for each in applied}


async def test_a_good_invoice_passes_every_set_that_applies(checker: AsyncChecker) -> None:
    fatal, sets = await rules_of(checker, (EXAMPLES / "order-simple" / "invoice.ubl.xml").read_bytes())
    assert fatal == set()
    assert {"en16931", "br-fr"} <= sets


async def test_a_wrong_total_is_found_by_the_official_rule(checker: AsyncChecker) -> None:
    document = (EXAMPLES / "order-simple" / "invoice.ubl.xml").read_bytes()
    start = document.index(b"<cbc:TaxInclusiveAmount")
    amount_at = document.index(b">", start) + 1
    wrong = document[:amount_at] + b"9" + document[amount_at:]
    fatal, _ = await rules_of(checker, wrong)
    assert "BR-CO-15" in fatal


async def test_the_units_rules_come_on_top(checker: AsyncChecker) -> None:
    document = (EXAMPLES / "order-simple" / "invoice.ubl.xml").read_bytes()
    limit = BuyerRule(id="limit", kind="maximum-amount", parameters={"amount": "1.00"})
    fatal, _ = await rules_of(checker, document, limit)
    assert fatal == {"NAV-BUYER-MAXIMUM-AMOUNT"}


async def test_a_document_is_checked_by_other_rules_too(checker: AsyncChecker) -> None:
    document = (EXAMPLES / "order-simple" / "invoice.ubl.xml").read_bytes()
    findings, applied = await check_official(checker, document, Under.read("en16931@1.3.15"))
    assert [(each.id, each.version) for each in applied] == [("en16931", "1.3.15")]
    assert {finding.rule_set for finding in findings} <= {"en16931 1.3.15"}


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"not xml",
        b"<Invoice",
        b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        b"<a/>",
        b'<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"/>',
    ],
)
async def test_what_is_no_invoice_is_a_finding_and_never_valid(checker: AsyncChecker, document: bytes) -> None:
    fatal, _ = await rules_of(checker, document)
    assert fatal
