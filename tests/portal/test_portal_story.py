"""The main story in a browser: an order becomes an invoice by keyboard, arrives, is approved, and is verified."""

import pytest
from browser import Language, visitor
from playwright.sync_api import Browser, expect

from actors.documents import fresh, order_xml
from actors.mesh import Mesh
from actors.session import Machine
from actors.trade import publish

WORDS = {
    "fr": {"exceeds": "dépasse", "delivered": "Présentée", "approved": "Approuvée", "intact": "Original intact."},
    "en": {"exceeds": "more than", "delivered": "Submitted", "approved": "Approved", "intact": "Original intact."},
}


@pytest.mark.e2e
@pytest.mark.parametrize("language", ["fr", "en"])
def test_an_order_becomes_an_approved_invoice_by_keyboard(
    window: Browser, mesh: Mesh, erp: Machine, language: Language
) -> None:
    words = WORDS[language]
    order, number = fresh("CMD"), fresh("F")
    publish(erp, order_xml(order))
    url = mesh.access.url
    with visitor(window, url, language) as supplier, visitor(window, url, language) as buyer:
        supplier.sign_in("supplier@demo.navette.example", mesh.people["supplier@demo.navette.example"])
        page = supplier.page
        page.goto(f"{url}/orders?q={order}")
        page.get_by_role("link", name=order).press("Enter")
        expect(page.locator("main button.send:not([data-disabled])")).to_be_visible()
        supplier.look("order")
        page.locator("main button.send").press("Enter")

        expect(page.locator("#number")).to_be_focused()
        page.keyboard.type(number)
        first = page.locator("#line-0")
        good = first.input_value()
        first.press("Control+a")
        page.keyboard.type("99999")
        expect(page.locator("#line-0-why")).to_contain_text(words["exceeds"])
        page.keyboard.press("Control+Enter")
        expect(first).to_be_focused()
        supplier.look("convert")
        page.keyboard.press("Control+a")
        page.keyboard.type(good)
        expect(page.locator(".findings[data-none][aria-busy=false]")).to_be_visible()
        expect(page.locator("canvas.paper").first).to_be_visible()
        page.keyboard.press("Control+Enter")

        expect(page.locator(".thread [aria-current=step]")).to_contain_text(words["delivered"], timeout=90_000)
        supplier.look("invoice")

        buyer.sign_in("buyer@demo.navette.example", mesh.people["buyer@demo.navette.example"])
        buyer.go("/approvals")
        expect(buyer.page.locator("tr[data-on]")).to_contain_text(number)
        expect(buyer.page.locator(".billed-lines li")).to_have_count(3)
        expect(buyer.page.locator(".side-card canvas.paper").first).to_be_visible()
        buyer.look("approvals")
        buyer.page.keyboard.press("a")
        dialog = buyer.page.locator("[role=dialog]")
        expect(dialog).to_contain_text(number)
        buyer.page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)
        expect(buyer.page.locator("tr[data-on]")).to_contain_text(number)
        buyer.page.keyboard.press("a")
        expect(dialog).to_be_visible()
        buyer.page.keyboard.press("Enter")

        expect(page.locator(".thread [aria-current=step]")).to_contain_text(words["approved"])
        page.locator("section.panel", has=page.locator("dl.proof")).get_by_role("button").click()
        expect(page.locator(".notice[data-tone=ok]")).to_contain_text(words["intact"])
