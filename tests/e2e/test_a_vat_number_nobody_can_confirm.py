"""The register of VAT numbers is out of reach: an invoice waits in red, with the reason, and then goes on by itself."""

import json
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from actors.documents import fresh
from actors.mesh import Mesh
from actors.session import Machine, Person
from actors.trade import Supplier, new_order
from actors.waiting import eventually

pytestmark = pytest.mark.e2e
FOREIGN = "BE0403170701"
REPRESENTATIVE = {
    "name": "Fiscale Vertegenwoordiging NV",
    "vat_identifier": FOREIGN,
    "address": {"line_one": "Meir 1", "city": "Antwerpen", "post_code": "2000", "country": "BE"},
}


@pytest.fixture
def register(mesh: Mesh) -> Generator[Path]:
    """The file in which a development's VIES is written."""
    yield mesh.layout.vat_register
    mesh.layout.vat_register.unlink(missing_ok=True)


def says(register: Path, answer: str) -> None:
    whole = register.with_suffix(".new")
    whole.write_text(json.dumps({FOREIGN: answer}))
    whole.replace(register)


def waiting(session: Any, invoice_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = session.get("/v1/checks/waiting", invoice_id=invoice_id, language="en")
    return found


def sent(erp: Machine, supplier: Supplier) -> dict[str, Any]:
    """An invoice of a seller whose tax representative is in another member state than the buyer."""
    order = new_order(erp, supplier)
    draft = supplier.edit(supplier.draft(order["id"], fresh("V")), tax_representative=REPRESENTATIVE)
    supplier.submit(draft["id"])
    return draft


def test_an_invoice_waits_in_red_with_the_reason_and_goes_on_when_the_register_answers(
    mesh: Mesh, erp: Machine, supplier: Supplier, buyer: Person, operator: Person, register: Path
) -> None:
    says(register, "away")
    draft = sent(erp, supplier)

    [waits] = eventually("the invoice waits", lambda: waiting(supplier.session, draft["id"]) or None)
    assert (waits["finding"]["rule"], waits["finding"]["severity"]) == ("NAV-VAT-03", "fatal")
    assert waits["text"].startswith("VIES does not answer for BE")
    assert supplier.session.get(f"/v1/invoices/{draft['id']}")["state"] == "submitted"
    assert waiting(buyer, draft["id"]) == [], "the buyer has not seen it"
    parked = operator.get("/v1/ops/validation/parked", subject=draft["id"])
    assert [fact["reason"] for fact in parked] == ["vies BE: answers MS_UNAVAILABLE"]

    says(register, "valid")
    delivered = supplier.ended(draft["id"])
    assert delivered["attempt"] == 1, "nobody had to send it again"
    assert waiting(supplier.session, draft["id"]) == []


def test_a_number_that_the_register_does_not_know_fails_the_invoice(
    erp: Machine, supplier: Supplier, register: Path
) -> None:
    says(register, "invalid")
    failed = supplier.ended(sent(erp, supplier)["id"], "failed")
    fatal = [found for found in failed["failure"]["findings"] if found["severity"] == "fatal"]
    assert [(found["rule"], found["pointer"]) for found in fatal] == [
        ("NAV-VAT-02", "/tax_representative/vat_identifier")
    ]


def test_the_outage_is_said_before_anything_is_sent(erp: Machine, supplier: Supplier, register: Path) -> None:
    says(register, "away")
    order = new_order(erp, supplier)
    draft = supplier.edit(supplier.draft(order["id"], fresh("V")), tax_representative=REPRESENTATIVE)
    document = supplier.session.get(f"/v1/invoices/{draft['id']}/document")["document"]
    answer = supplier.session.ask("POST", "/v1/checks", 200, params={"language": "fr"}, json=document)
    assert answer["passed"] is False
    said = {found["finding"]["rule"]: found["text"] for found in answer["findings"]}
    assert said["NAV-VAT-03"].startswith("VIES ne répond pas pour BE")
