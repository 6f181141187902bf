"""A rulebook is written, tested, backtested, published by a second person, hit by an invoice, and rolled back."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from actors.documents import fresh
from actors.documents import receipt as receipt_of
from actors.mesh import EXAMPLES, Mesh
from actors.rulebooks import RULEBOOK, into_force, out_of_force
from actors.session import Machine, Person, shown
from actors.trade import Supplier, new_order
from actors.waiting import eventually

pytestmark = pytest.mark.e2e
UNIT = RULEBOOK.rpartition("/")[2]
XML = (EXAMPLES / "order-simple" / "invoice.ubl.xml").read_bytes()
SMALL: dict[str, Any] = {
    "id": "small-only",
    "kind": "expression",
    "expression": 'at_most(invoice.totals.gross_amount, "200")',
    "field": "/totals/gross_amount",
    "messages": {"fr": "Appelez-nous au-dessus de 200 €.", "en": "Call us above 200 €."},
    "examples": [
        {"expected": "passes", "changes": {"totals": {"gross_amount": "200.00"}}},
        {"expected": "fails", "changes": {"totals": {"gross_amount": "200.01"}}},
    ],
}
RECEIVED = {"id": "received", "kind": "receipt-required", "severity": "warning"}
BROKEN = SMALL | {
    "id": "breaks-above-150",
    "expression": 'at_most(invoice.totals.gross_amount, "150") || 1 / 0 == 1',
    "examples": [{"expected": "passes", "changes": {"totals": {"gross_amount": "1.00"}}}],
}


def codes(answer: Any) -> set[str]:
    return {answer.json()["code"]}


def checked(supplier: Supplier) -> dict[str, Any]:
    headers = {"content-type": "application/xml"}
    query = {"unit": UNIT, "language": "en"}
    return supplier.session.ask("POST", "/v1/checks", 200, params=query, content=XML, headers=headers)


def test_from_the_first_word_to_the_rollback(
    mesh: Mesh, erp: Machine, buyer: Person, second: Person, supplier: Supplier
) -> None:
    order = new_order(erp, supplier)
    before = supplier.deliver(order["id"], fresh("B"), line_10="30")

    buyer.ask("PUT", f"{RULEBOOK}/draft", 200, json={"rules": [SMALL, RECEIVED]})
    assert codes(second.send("POST", f"{RULEBOOK}/publish")) == {"NOT_TESTED"}
    assert buyer.ask("POST", f"{RULEBOOK}/draft/test", 200)["passed"]
    assert codes(second.send("POST", f"{RULEBOOK}/publish")) == {"NOT_BACKTESTED"}
    report = buyer.ask("POST", f"{RULEBOOK}/draft/backtest", 200)
    assert before["id"] in {each["invoice_id"] for each in report["failing"]}, report
    assert codes(buyer.send("POST", f"{RULEBOOK}/publish")) == {"SECOND_PERSON_REQUIRED"}
    assert supplier.session.send("GET", f"{RULEBOOK}/draft").status_code in (403, 404)

    published = second.ask("POST", f"{RULEBOOK}/publish", 201)
    try:
        assert supplier.session.get(RULEBOOK)["rules"][0]["id"] == "small-only"
        assert supplier.session.get(RULEBOOK)["written_by"] is None
        with mesh.person("outsider") as outsider:
            assert outsider.send("GET", RULEBOOK).status_code == 404

        answer = checked(supplier)
        said = {found["finding"]["rule"]: found["text"] for found in answer["findings"]}
        assert said["NAV-BUYER-EXPRESSION"] == "Call us above 200 €."
        assert "NAV-RULEBOOK-NOT-EVALUATED" in said, "a check knows nothing of what was received"
        assert (answer["passed"], answer["rulebook"]["version"]) == (False, published["version"])

        large = supplier.draft_of(order["id"], fresh("L"), line_10="60")
        supplier.submit(large["id"])
        failed = supplier.ended(large["id"], "failed")
        fatal = [found["rule"] for found in failed["failure"]["findings"] if found["severity"] == "fatal"]
        assert fatal == ["NAV-BUYER-EXPRESSION"]
    finally:
        out_of_force(second)

    supplier.submit(large["id"])
    assert supplier.ended(large["id"])["state"] == "delivered"
    newest, rolled_back = buyer.get(f"{RULEBOOK}/versions")["items"][:2]
    assert (newest["rolled_back_to"], newest["rules"], rolled_back["version"]) == (0, [], published["version"])
    assert buyer.get(f"{RULEBOOK}/versions/{published['version']}")["sha256"] == published["sha256"]


def test_a_rule_that_errs_stops_nothing_and_its_buyer_is_told(
    erp: Machine, buyer: Person, second: Person, supplier: Supplier
) -> None:
    order = new_order(erp, supplier)
    wrong = BROKEN | {"examples": [*BROKEN["examples"], {"expected": "fails"}]}
    buyer.ask("PUT", f"{RULEBOOK}/draft", 200, json={"rules": [wrong]})
    tested = buyer.ask("POST", f"{RULEBOOK}/draft/test", 200)
    assert [each["outcome"] for each in tested["examples"]] == ["passes", "error"]

    # An example that hides the fault: the rule fails between 120 and 150, and errs above.
    gross = "invoice.totals.gross_amount"
    hidden = f'at_most({gross}, "120") || (at_most({gross}, "150") ? false : 1 / 0 == 1)'
    fails = {"expected": "fails", "changes": {"totals": {"gross_amount": "130.00"}}}
    version = into_force(buyer, second, BROKEN | {"expression": hidden, "examples": [*BROKEN["examples"], fails]})
    try:
        invoice = supplier.deliver(order["id"], fresh("E"), line_10="30")
        faults = buyer.get(f"{RULEBOOK}/faults")
        assert invoice["state"] == "delivered"
        assert faults["version"] == version
        assert [(each["rule"], each["finding"], each["count"]) for each in faults["items"]] == [
            ("breaks-above-150", "NAV-RULEBOOK-ERROR", 1)
        ]
    finally:
        out_of_force(buyer)


def test_a_check_says_what_other_official_rules_find_beyond(supplier: Supplier) -> None:
    def against(text: str) -> httpx.Response:
        query = {"against": text, "language": "en"}
        headers = {"content-type": "application/xml"}
        return supplier.session.send("POST", "/v1/checks", params=query, content=XML, headers=headers)

    own = against("en16931").json()
    earlier = against("2026-01-01").json()["difference"]
    other = against("en16931@1.3.15, peppol").json()["difference"]
    unknown = against("en16931@0.1")

    assert own["passed"]
    assert (own["difference"]["new"], own["difference"]["gone"]) == ([], [])
    assert "en16931 1.3.15" in earlier["rule_sets"]
    assert other["rule_sets"] == ["en16931 1.3.15", "peppol 2026.5"]
    found = {each["finding"]["rule"]: each for each in other["new"]}
    assert any(rule.startswith("PEPPOL-") for rule in found), "a Peppol invoice says more than the law asks"
    assert all(each["text"] for each in other["new"])
    assert (unknown.status_code, unknown.json()["code"]) == (422, "NO_SUCH_RULE_SET")


RECEIPT_NAMED = {"id": "receipt-named", "kind": "references-required", "parameters": {"terms": "BT-15"}}
FROM_RECEIPT = [{"term": "BT-15", "source": "receipt"}, {"term": "BT-72", "source": "receipt"}]


@pytest.mark.parametrize(("unit", "why"), [(None, "NO_BUYER_NAMED"), (str(UUID(int=7)), "BUYER_UNKNOWN")])
def test_an_unknown_buyer_gets_the_legal_rules_only_and_the_reply_says_so(
    supplier: Supplier, unit: str | None, why: str
) -> None:
    headers = {"content-type": "application/xml"}
    query = {"unit": unit} if unit else {}
    answer = supplier.session.ask("POST", "/v1/checks", 200, params=query, content=XML, headers=headers)
    assert answer["rulebook"] == {"unit_id": unit, "version": None, "legal_only": why}
    assert {name.partition(" ")[0] for name in answer["rule_sets"]} >= {"en16931", "br-fr"}


def test_what_a_rulebook_wants_filled_is_taken_from_the_receipt_and_meets_its_own_rule(
    erp: Machine, buyer: Person, second: Person, supplier: Supplier
) -> None:
    received, unreceived = new_order(erp, supplier), new_order(erp, supplier)
    receipt = receipt_of(received["number"], line_10="30")
    erp.ask("POST", "/v1/receipts", 201, json=receipt)
    without = supplier.draft_of(unreceived["id"], fresh("N"), line_10="5")

    refused = buyer.send(
        "PUT", f"{RULEBOOK}/draft", json={"rules": [], "enrichment": [{"term": "BT-72", "source": "order"}]}
    )
    assert [each["pointer"] for each in refused.json()["violations"]] == ["/enrichment/0/source"], shown(refused)
    version = into_force(buyer, second, RECEIPT_NAMED, enrichment=FROM_RECEIPT)
    try:
        assert supplier.session.get(RULEBOOK)["enrichment"] == FROM_RECEIPT
        made = supplier.draft_of(received["id"], fresh("R"), line_10="5")

        def filled() -> dict[str, Any] | None:
            found = supplier.session.get(f"/v1/invoices/{made['id']}/document")
            return found if len(found["filled"]) == len(FROM_RECEIPT) else None

        document = eventually("the draft filled from the receipt", filled)
        assert document["document"]["receiving_advice_reference"] == receipt["number"]
        assert {(mark["pointer"], mark["source"], mark["number"]) for mark in document["filled"]} == {
            ("/receiving_advice_reference", "receipt", receipt["number"]),
            ("/delivery/date", "receipt", receipt["number"]),
        }
        supplier.submit(made["id"])
        supplier.ended(made["id"])
        sent = buyer.get(f"/v1/invoices/{made['id']}/document")
        assert (sent["document"]["receiving_advice_reference"], sent["filled"]) == (
            receipt["number"],
            document["filled"],
        )

        supplier.submit(without["id"])
        failed = supplier.ended(without["id"], "failed")["failure"]
        assert "NAV-BUYER-REFERENCES-REQUIRED" in {found["rule"] for found in failed["findings"]}
    finally:
        out_of_force(second)
    assert buyer.get(f"{RULEBOOK}/versions/{version}")["enrichment"] == FROM_RECEIPT
    assert buyer.get(RULEBOOK)["enrichment"] == []


def test_what_cannot_run_is_refused_with_its_place(buyer: Person) -> None:
    rules = [SMALL | {"expression": "lines.all("}, {"id": "x", "kind": "maximum-amount"}]
    answer = buyer.send("PUT", f"{RULEBOOK}/draft", json={"rules": rules})
    assert answer.status_code == 422, shown(answer)
    assert [each["pointer"] for each in answer.json()["violations"]] == [
        "/rules/0/expression",
        "/rules/1/parameters/amount",
    ]
