"""What is typed is there again after the tab died, and safe from a second tab; credit notes mirror, no more."""

from typing import Any

import pytest
from browser import Language, visitor
from playwright.sync_api import Browser, Route, expect

from actors.documents import fresh
from actors.mesh import Mesh
from actors.session import Machine
from actors.trade import Supplier, new_order

SUPPLIER = "supplier@demo.navette.example"
WORDS = {
    "fr": {
        "saved": "Enregistré à",
        "conflict": "Rien n’a été écrasé.",
        "again": "Reprendre la version gardée",
        "trying": "nouvel essai en cours",
        "back": "Ce que vous aviez tapé est repris",
        "credit": "Note de crédit",
        "credit_number": "Numéro de la note de crédit",
        "credit_title": "Créditer la commande",
        "discard": "Abandonner ce brouillon",
        "discard_do": "L’abandonner",
        "more": "crédité",
        "delivered": "Présentée",
    },
    "en": {
        "saved": "Saved at",
        "conflict": "Nothing was overwritten.",
        "again": "Take the kept version",
        "trying": "trying again",
        "back": "What you had typed is back",
        "credit": "Credit note",
        "credit_number": "Credit note number",
        "credit_title": "Credit order",
        "discard": "Discard this draft",
        "discard_do": "Discard it",
        "more": "credited",
        "delivered": "Submitted",
    },
}


@pytest.mark.e2e
@pytest.mark.timeout(300, func_only=True)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_tab_dies_and_two_tabs_never_overwrite_each_other(
    window: Browser, mesh: Mesh, erp: Machine, language: Language
) -> None:
    words = WORDS[language]
    number, reference = fresh("F"), fresh("REF")
    with mesh.person("supplier") as person:
        desk = Supplier(person)
        draft = desk.draft(new_order(erp, desk)["id"], "")
    with visitor(window, mesh.access.url, language, refusals=(412,)) as someone:
        page = someone.page
        someone.sign_in(SUPPLIER, mesh.people[SUPPLIER])
        someone.go("/drafts")
        path = f"/invoices/{draft['id']}/edit"
        someone.go(path)
        page.locator("#number").fill(number)
        page.locator("#buyer_reference").fill(reference)
        page.locator("#line-0").fill("7")
        expect(page.locator(".saved")).to_contain_text(words["saved"])
        someone.look("draft-saved")
        other = page.context.new_page()
        page.close()
        other.goto(f"{mesh.access.url}{path}")
        expect(other.locator("#number")).to_have_value(number)
        expect(other.locator("#buyer_reference")).to_have_value(reference)
        expect(other.locator("#line-0")).to_have_value("7")

        second = other.context.new_page()
        second.goto(f"{mesh.access.url}{path}")
        second.locator("#buyer_reference").fill("second")
        expect(second.locator(".saved")).to_contain_text(words["saved"])
        other.locator("#buyer_reference").fill("first")
        expect(other.get_by_text(words["conflict"])).to_be_visible()
        other.get_by_role("button", name=words["again"]).click()
        expect(other.locator("#buyer_reference")).to_have_value("second")
        expect(other.locator("#number")).to_have_value(number)

        asked = other.locator("[role=dialog]")
        other.get_by_role("button", name=words["discard"]).click()
        asked.locator("[data-autofocus]").press("Enter")
        expect(asked).to_have_count(0)
        expect(other.locator("#number")).to_have_value(number)
        other.get_by_role("button", name=words["discard"]).click()
        asked.get_by_role("button", name=words["discard_do"]).click()
        expect(other).to_have_url(f"{mesh.access.url}/drafts")


@pytest.mark.e2e
@pytest.mark.timeout(300, func_only=True)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_credit_note_mirrors_its_invoice_and_never_exceeds_it(
    window: Browser, mesh: Mesh, erp: Machine, language: Language
) -> None:
    words = WORDS[language]
    number, credit = fresh("F"), fresh("A")
    with mesh.person("supplier") as person:
        desk = Supplier(person)
        invoice = desk.deliver(new_order(erp, desk)["id"], number)
    with visitor(window, mesh.access.url, language, refusals=(409, 422)) as someone:
        page = someone.page
        someone.sign_in(SUPPLIER, mesh.people[SUPPLIER])
        someone.go(f"/invoices/{invoice['id']}")
        page.get_by_role("button", name=words["credit"]).click()
        expect(page.get_by_label(words["credit_number"])).to_be_visible()
        expect(page.locator("h1")).to_contain_text(words["credit_title"])
        page.locator("#number").fill(credit)
        first = page.locator("#line-0")
        whole = first.input_value()
        first.fill("99999")
        expect(page.locator(".findings[aria-busy=false]")).to_be_visible()
        page.keyboard.press("Control+Enter")
        expect(page.locator(".notice[data-tone=bad]").first).to_contain_text(words["more"])
        someone.look("credit-too-much")
        first.fill("1")
        expect(page.locator(".findings[data-none][aria-busy=false]")).to_be_visible()
        page.keyboard.press("Control+Enter")
        expect(page.locator(".thread [aria-current=step]")).to_contain_text(words["delivered"], timeout=90_000)
        expect(page.locator("h1")).to_have_text(credit)
        someone.look("credit-note")
    with mesh.person("supplier") as person:
        made = person.get("/v1/invoices", q=credit)["items"][0]
        document = person.get(f"/v1/invoices/{made['id']}/document")["document"]
    assert made["kind"] == "credit_note", made
    assert whole != "1"
    assert number in str(document["preceding_invoices"]), document


@pytest.mark.e2e
@pytest.mark.timeout(300, func_only=True)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_what_cannot_be_written_is_tried_again_and_outlives_the_tab(
    window: Browser, mesh: Mesh, erp: Machine, language: Language
) -> None:
    words = WORDS[language]
    with mesh.person("supplier") as person, visitor(window, mesh.access.url, language, refusals=(503, 412)) as someone:
        desk = Supplier(person)
        draft = desk.draft(new_order(erp, desk)["id"], fresh("F"))
        page, path = someone.page, f"/invoices/{draft['id']}/edit"

        def kept() -> dict[str, Any]:
            return person.get(f"/v1/invoices/{draft['id']}")

        def away(route: Route) -> None:
            if route.request.method != "PATCH":
                route.fallback()
            elif sick:
                route.fulfill(status=503, json={"code": "BUSY", "status": 503, "title": "later"})
            else:
                route.abort("internetdisconnected")

        someone.sign_in(SUPPLIER, mesh.people[SUPPLIER])
        someone.go(path)
        sick = True
        page.route(f"**/v1/invoices/{draft['id']}", away)
        page.locator("#buyer_reference").fill("SICK")
        expect(page.locator(".saved")).to_contain_text(words["trying"])
        someone.look("draft-again")
        page.unroute_all()
        expect(page.locator(".saved")).to_contain_text(words["saved"])
        assert kept()["draft"]["buyer_reference"] == "SICK"

        sick = False
        page.route(f"**/v1/invoices/{draft['id']}", away)
        page.locator("#buyer_reference").fill("OFFLINE")
        expect(page.locator(".saved")).to_contain_text(words["trying"])
        page.locator("#delivery").fill("2026-11-20")
        other = page.context.new_page()
        page.close()
        someone.page = other
        someone.go(path)
        expect(other.locator("#buyer_reference")).to_have_value("OFFLINE")
        expect(other.locator("#delivery")).to_have_value("2026-11-20")
        expect(other.locator(".saved")).to_contain_text(words["back"])
        assert kept()["draft"]["buyer_reference"] == "OFFLINE"
        assert kept()["draft"]["delivery"]["date"] == "2026-11-20"

        other.route(f"**/v1/invoices/{draft['id']}", away)
        other.locator("#buyer_reference").fill("MINE")
        expect(other.locator(".saved")).to_contain_text(words["trying"])
        desk.edit(kept(), buyer_reference="THEIRS")
        third = other.context.new_page()
        other.close()
        someone.page = third
        someone.go(path)
        expect(third.get_by_text(words["conflict"])).to_be_visible()
        expect(third.locator("#buyer_reference")).to_have_value("MINE")
        assert kept()["draft"]["buyer_reference"] == "THEIRS"
        third.get_by_role("button", name=words["again"]).click()
        expect(third.locator("#buyer_reference")).to_have_value("THEIRS")
        expect(third.get_by_text(words["conflict"])).to_have_count(0)
        # no network is what this story provokes
        someone.faults = [fault for fault in someone.faults if "ERR_INTERNET_DISCONNECTED" not in fault]
