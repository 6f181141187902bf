"""The desk's side of a question: a buyer's people answer it, hand it over, or close it, and whoever asked is told."""

from typing import Any

import pytest
from browser import Visitor, visitor
from playwright.sync_api import Browser, Locator, expect

from actors.caught_mail import Mailbox
from actors.documents import fresh
from actors.mesh import UNIT, Mesh
from actors.session import Person

BUYER, SUPPLIER = "buyer@demo.navette.example", "supplier@demo.navette.example"


def _desk_of(buyer: Person, contact: str) -> str:
    """The demo's unit is asked at this address from now on; returns what stood before."""
    unit = next(each for each in buyer.get("/v1/units") if each["id"] == str(UNIT))
    change = {"settings": {"support_contact": contact}}
    buyer.ask("PATCH", f"/v1/units/{UNIT}", 200, json=change, headers={"if-match": f'"v{unit["version"]}"'})
    return str(unit["settings"]["support_contact"])


def _asked(supplier: Person, subject: str) -> dict[str, Any]:
    question = {"topic": "orders", "unit_id": str(UNIT), "subject": subject, "text": "Quand arrive-t-elle ?"}
    ticket: dict[str, Any] = supplier.ask("POST", "/v1/tickets", 201, json=question)
    assert ticket["desk"] == "unit"
    return ticket


def _opened(someone: Visitor, ticket: dict[str, Any]) -> Locator:
    someone.page.get_by_role("button", name=f"Ouvrir {ticket['number']}", exact=True).click()
    dialog = someone.page.locator("[role=dialog]")
    expect(dialog).to_contain_text("Quand arrive-t-elle ?")
    return dialog


@pytest.mark.e2e
def test_a_buyers_desk_answers_closes_and_hands_over(window: Browser, mesh: Mesh) -> None:
    with mesh.person("buyer") as buyer, mesh.person("supplier") as supplier:
        before = _desk_of(buyer, "Service achats, achats@rhin.example")
        try:
            answered, closed, handed = (_asked(supplier, fresh("Question")) for _ in range(3))
            with visitor(window, mesh.access.url, "fr") as someone:
                page = someone.page
                someone.sign_in(BUYER, mesh.people[BUYER])
                someone.go("/tickets")
                page.get_by_role("button", name="À notre service").click()

                dialog = _opened(someone, answered)
                dialog.get_by_label("Votre réponse").fill("Elle part demain.")
                someone.look("desk-answer")
                dialog.get_by_role("button", name="Envoyer").click()
                expect(dialog.locator("ol")).to_contain_text("Elle part demain.")
                page.keyboard.press("Escape")

                dialog = _opened(someone, closed)
                dialog.get_by_label("Votre réponse").fill("Livrée ce matin.")
                dialog.get_by_label("Rien d’autre à demander : clore").check()
                dialog.get_by_role("button", name="Envoyer").click()
                expect(dialog.locator("ol")).to_contain_text("Livrée ce matin.")
                page.keyboard.press("Escape")
                row = page.locator(".rows li", has_text=closed["subject"])
                expect(row).to_contain_text("clos")

                dialog = _opened(someone, handed)
                dialog.get_by_role("button", name="Transmettre à l’assistance").click()
                dialog.get_by_label("Un mot pour l’assistance").fill("L’import ne la connaît pas.")
                someone.look("desk-hand-over")
                dialog.get_by_role("button", name="Transmettre à l’assistance").click()
                expect(page.get_by_text("Le billet est maintenant à l’assistance.")).to_be_visible()
                expect(page.locator(".rows li", has_text=handed["subject"])).to_have_count(0)
            found = {each["id"]: each for each in supplier.get("/v1/tickets")}
            states = [found[each["id"]]["state"] for each in (answered, closed, handed)]
            assert states == ["answered", "closed", "open"]
            assert found[handed["id"]]["desk"] == "operator"
            assert found[handed["id"]]["number"] == handed["number"]
        finally:
            _desk_of(buyer, before)
    mails = Mailbox(mesh, SUPPLIER)
    for told in (f"Billet {closed['number']} : réponse", f"Billet {handed['number']} : transmis à"):
        mails.subject(told)
