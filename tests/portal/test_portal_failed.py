"""What failed is mended where it is said: each reason leads to its field, and says whose it is to mend."""

import pytest
from browser import Language, visitor
from playwright.sync_api import Browser, expect

from actors.documents import fresh
from actors.mesh import Mesh
from actors.rulebooks import into_force, out_of_force
from actors.session import Machine
from actors.trade import Supplier, new_order

SUPPLIER = "supplier@demo.navette.example"
PROJECT = {"id": "project", "kind": "references-required", "parameters": {"terms": "BT-11"}}
WORDS = {
    "fr": {"yours": "À vous de corriger.", "more": "Autres précisions"},
    "en": {"yours": "Yours to fix.", "more": "More details"},
}


@pytest.mark.e2e
@pytest.mark.timeout(300, func_only=True)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_each_reason_leads_to_its_field(window: Browser, mesh: Mesh, erp: Machine, language: Language) -> None:
    words = WORDS[language]
    with mesh.person("supplier") as person, mesh.person("buyer") as writer, mesh.person("second") as second:
        desk = Supplier(person)
        draft = desk.draft(new_order(erp, desk)["id"], fresh("F"))
        into_force(writer, second, PROJECT)
        try:
            desk.submit(draft["id"])
            desk.ended(draft["id"], "failed")
            with visitor(window, mesh.access.url, language) as someone:
                page = someone.page
                someone.sign_in(SUPPLIER, mesh.people[SUPPLIER])
                someone.go(f"/invoices/{draft['id']}")
                reason = page.locator(".kind-list a").first
                expect(reason).to_be_focused()
                expect(page.locator(".kind-list li").first).to_contain_text(words["yours"])
                page.keyboard.press("Enter")
                field = page.locator("#project_reference")
                expect(field).to_be_focused()
                expect(field).to_be_visible()
                expect(page.locator("#project_reference-why")).to_contain_text(words["yours"])
                someone.look("failed-fix")

                page.locator("details.question > summary").click()
                expect(field).to_be_hidden()
                page.locator(".kind-list button").first.press("Enter")
                expect(field).to_be_focused()
                expect(field).to_be_visible()
                page.keyboard.type("M-2026-7")
                expect(page.locator(".kind-list")).to_have_count(0)
        finally:
            out_of_force(second)
