"""A buyer decides by keyboard, an invoice is found by each number, what is to be filled is marked."""

import re

import pytest
from browser import Language, visitor
from playwright.sync_api import Browser, expect

from actors.documents import fresh
from actors.documents import receipt as receipt_of
from actors.mesh import UNIT, Mesh
from actors.rulebooks import RULEBOOK, out_of_force
from actors.session import Machine
from actors.trade import Supplier, new_order

SUPPLIER, BUYER, SECOND = (f"{name}@demo.navette.example" for name in ("supplier", "buyer", "second"))
WORDS = {
    "fr": {
        "held": "Suspendue",
        "refused": "Refusée",
        "due": "Échéance",
        "filling": "Champs complétés",
        "filled": "Champs complétés pour vous",
        "keep": "Garder dans le brouillon",
        "wish": "Numéro de l’avis de réception",
        "term": "Avis de réception",
        "source": "de la réception",
        "try": "Enregistrer et essayer",
        "publish": "Mettre en vigueur",
        "next": "Un autre administrateur la met en vigueur.",
    },
    "en": {
        "held": "On hold",
        "refused": "Refused",
        "due": "Due date",
        "filling": "Filled-in fields",
        "filled": "Filled in for you",
        "keep": "Keep in the draft",
        "wish": "Receipt number",
        "term": "Receipt",
        "source": "from receipt",
        "try": "Save and try",
        "publish": "Put into force",
        "next": "Another administrator puts it into force.",
    },
}


@pytest.mark.e2e
@pytest.mark.timeout(300, func_only=True)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_holding_and_refusing_by_keyboard_is_read_by_the_supplier_at_once(
    window: Browser, mesh: Mesh, erp: Machine, language: Language
) -> None:
    words = WORDS[language]
    number = fresh("F")
    with mesh.person("supplier") as person:
        desk = Supplier(person)
        order = new_order(erp, desk)
        invoice = desk.deliver(order["id"], number)
    with (
        visitor(window, mesh.access.url, language) as supplier,
        visitor(window, mesh.access.url, language) as buyer,
    ):
        supplier.sign_in(SUPPLIER, mesh.people[SUPPLIER])
        page = supplier.page
        for wanted in (number, order["number"], invoice["transaction_number"]):
            supplier.go(f"/invoices?q={wanted}")
            expect(page.locator("tbody tr")).to_have_count(1)
            expect(page.locator("tbody tr")).to_contain_text(number)
        page.reload()
        expect(page.locator(".filter-search input")).to_have_value(invoice["transaction_number"])
        page.get_by_role("link", name=number).click()
        here = page.locator(".thread [aria-current=step]")
        expect(here).to_be_visible()
        expect(page.locator("dl.facts")).not_to_contain_text(words["due"])

        buyer.sign_in(BUYER, mesh.people[BUYER])
        buyer.go("/approvals")
        chosen = buyer.page.locator("tr[data-on]")
        expect(chosen).to_contain_text(number)
        for key, word in (("h", words["held"]), ("r", words["refused"])):
            buyer.page.keyboard.press(key)
            dialog = buyer.page.locator("[role=dialog]")
            reasons = dialog.locator("select")
            expect(reasons).to_be_focused()
            expect(reasons).to_have_value("")
            reason = dialog.locator("option").nth(1).inner_text()
            buyer.look(f"decide-{key}")
            dialog.locator("button[type=submit]").press("Enter")
            expect(reasons).to_be_focused()
            buyer.page.keyboard.press("ArrowDown")
            expect(reasons).not_to_have_value("")
            dialog.locator("button[type=submit]").press("Enter")
            expect(dialog).to_have_count(0)
            expect(here).to_contain_text(word)
            expect(here).to_contain_text(reason)
            if key == "h":
                buyer.page.locator("tr", has_text=number).get_by_role("button").click()
        supplier.look("refused")


@pytest.mark.e2e
@pytest.mark.timeout(300, func_only=True)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_what_a_buyer_wants_filled_is_chosen_tried_and_marked(
    window: Browser, mesh: Mesh, erp: Machine, language: Language
) -> None:
    words = WORDS[language]
    url = mesh.access.url
    with mesh.person("supplier") as person:
        desk = Supplier(person)
        order = new_order(erp, desk)
        receipt = receipt_of(order["number"], line_10="30")
        erp.ask("POST", "/v1/receipts", 201, json=receipt)
        desk.lines_when("the receipt at invoicing", order["id"], lambda lines: lines["10"]["received"] == "30")
    with (
        visitor(window, url, language, refusals=(404,)) as buyer,
        visitor(window, url, language, refusals=(404,)) as second,
        visitor(window, url, language) as supplier,
        mesh.person("buyer") as writer,
        mesh.person("second") as undone,
    ):
        writer.ask("PUT", f"{RULEBOOK}/draft", 200, json={"rules": [], "enrichment": []})
        buyer.sign_in(BUYER, mesh.people[BUYER])
        buyer.go("/rules")
        page = buyer.page
        panel = page.locator("section.panel", has=page.get_by_role("heading", name=words["filling"]))
        wish = panel.get_by_label(re.compile(words["wish"])).first
        wish.check()
        panel.get_by_role("button", name=words["keep"]).press("Enter")
        expect(panel.get_by_role("button", name=words["keep"])).to_be_disabled()
        expect(wish).to_be_checked()
        buyer.look("rules-filling")
        page.get_by_role("button", name=words["try"]).press("Enter")
        expect(page.get_by_text(words["next"])).to_be_visible()
        try:
            second.sign_in(SECOND, mesh.people[SECOND])
            second.go("/rules")
            second.page.get_by_role("button", name=words["publish"], exact=True).click()
            expect(second.page.get_by_role("button", name=words["publish"], exact=True)).to_have_count(0)

            supplier.sign_in(SUPPLIER, mesh.people[SUPPLIER])
            supplier.go(f"/rules/{UNIT}")
            expect(supplier.page.get_by_role("heading", name=words["filling"])).to_be_visible()
            supplier.look("rules-filling-read")
            supplier.go(f"/orders/{order['id']}")
            supplier.page.locator("main button.send:not([data-disabled])").press("Enter")
            supplier.page.locator("#number").fill(fresh("F"))
            expect(supplier.page.locator(".findings[aria-busy=false]")).to_be_visible()
            filled = supplier.page.locator("section.panel", has_text=words["filled"])
            expect(filled).to_contain_text(words["term"])
            expect(filled).to_contain_text(f"{words['source']} {receipt['number']}")
            supplier.look("convert-filled")
        finally:
            out_of_force(undone)
