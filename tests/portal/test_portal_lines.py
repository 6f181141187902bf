"""An order's lines: why one is grey and whom to ask, what a receipt opens, what is left; what both sides do."""

from datetime import UTC, datetime

import pytest
from browser import Language, visitor
from playwright.sync_api import Browser, expect

from actors.documents import fresh, order_json, receipt
from actors.mesh import UNIT, Mesh
from actors.session import Machine, Person
from actors.trade import TO_UNIT, Supplier
from actors.waiting import eventually

SUPPLIER, BUYER = (f"{name}@demo.navette.example" for name in ("supplier", "buyer"))
NOTE = b"%PDF-1.7\n%%EOF\n"
WORDS = {
    "fr": {
        "no_receipt": "n’a pas encore confirmé la réception",
        "no_charges": "Ce client n’accepte pas de frais.",
        "delivered": "Présentée",
        "reject": "Refuser",
        "reason": "Motif, que votre client lira",
        "rejected": "Refusée",
    },
    "en": {
        "no_receipt": "has not confirmed the receipt yet",
        "no_charges": "This customer accepts no charges.",
        "delivered": "Submitted",
        "reject": "Reject",
        "reason": "Reason, which your customer will read",
        "rejected": "Rejected",
    },
}


def takes_charges(buyer: Person, desk: Supplier, order_id: str, *, takes: bool) -> None:
    """The demo's unit takes charges from now on, or no more."""
    unit = next(each for each in buyer.get("/v1/units") if each["id"] == str(UNIT))
    buyer.ask(
        "PATCH",
        f"/v1/units/{UNIT}",
        json={"settings": unit["settings"] | {"charges_allowed": takes}},
        headers={"if-match": f'"v{unit["version"]}"'},
    )

    def known() -> bool:
        answer = desk.session.get("/v1/billable-lines", order_id=order_id)
        return bool(answer["buyer"]["charges_allowed"] == takes)

    eventually("the unit's setting at the supplier's", known)


@pytest.mark.e2e
@pytest.mark.timeout(300, func_only=True)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_grey_line_says_why_and_a_receipt_opens_it(
    window: Browser, mesh: Mesh, erp: Machine, language: Language
) -> None:
    words = WORDS[language]
    order, number = fresh("CMD"), fresh("F")
    erp.ask("POST", "/v1/orders", 201, json=order_json(order, receipt_required=True), params=TO_UNIT)
    with (
        visitor(window, mesh.access.url, language) as someone,
        mesh.person("supplier") as person,
        mesh.person("buyer") as buyer,
    ):
        desk = Supplier(person)
        order_id = desk.order(order)["id"]
        takes_charges(buyer, desk, order_id, takes=False)
        page = someone.page
        someone.sign_in(SUPPLIER, mesh.people[SUPPLIER])
        someone.go(f"/orders/{order_id}")
        grey = page.locator("tbody[data-off]")
        expect(grey).to_have_count(3)
        expect(grey.first).to_contain_text(words["no_receipt"])
        expect(grey.first.locator("a[href^='mailto:']")).to_be_visible()
        expect(page.locator("main button.send[data-disabled]")).to_be_visible()
        someone.look("order-grey")

        erp.ask("POST", "/v1/receipts", 201, json=receipt(order, line_10="60"))
        desk.lines_when("the receipt at invoicing", order_id, lambda lines: lines["10"]["billable"])
        page.reload()
        expect(grey).to_have_count(2)
        page.locator("main button.send:not([data-disabled])").press("Enter")
        page.locator("#number").fill(number)
        first = page.locator("#line-0")
        expect(first).to_have_value("60")
        first.fill("4o")
        page.locator("#number").focus()
        page.keyboard.press("Control+Enter")
        expect(first).to_be_focused()
        expect(page.locator(".findings:not([data-none])")).to_be_visible()
        first.fill("40")
        expect(page.get_by_text(words["no_charges"])).to_be_visible()
        page.locator("#delivery").fill(str(datetime.now(UTC).date()))
        page.locator(".convert input[type=file]").set_input_files(
            {"name": "bon.pdf", "mimeType": "application/pdf", "buffer": NOTE}
        )
        expect(page.locator("ul.files")).to_contain_text("bon.pdf")
        expect(page.locator(".findings[data-none][aria-busy=false]")).to_be_visible()
        someone.look("convert-a-part")
        page.keyboard.press("Control+Enter")
        expect(page.locator(".thread [aria-current=step]")).to_contain_text(words["delivered"], timeout=90_000)

        someone.go(f"/orders/{order_id}")
        cells = page.locator("table.ordered tbody").first.locator("td.num")
        expect(cells).to_have_text(["120", "60", "40", "20"])
        invoice = page.context.request.get(f"{mesh.access.url}/v1/invoices?q={number}").json()["items"][0]["id"]
        kept = page.context.request.get(f"{mesh.access.url}/v1/attachments?invoice_id={invoice}").json()
        assert [each["name"] for each in kept] == ["bon.pdf"], kept
        takes_charges(buyer, desk, order_id, takes=True)


@pytest.mark.e2e
@pytest.mark.timeout(300, func_only=True)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_price_is_corrected_and_a_refusal_is_read(
    window: Browser, mesh: Mesh, erp: Machine, language: Language
) -> None:
    words = WORDS[language]
    order = fresh("CMD")
    path = f"/v1/orders/{erp.ask('POST', '/v1/orders', 201, json=order_json(order), params=TO_UNIT)['id']}"
    with mesh.person("supplier") as person:
        Supplier(person).order(order)
    with (
        visitor(window, mesh.access.url, language) as someone,
        visitor(window, mesh.access.url, language) as buyer,
    ):
        page = someone.page
        someone.sign_in(SUPPLIER, mesh.people[SUPPLIER])
        someone.go(f"/orders?q={order}")
        page.get_by_role("link", name=order).click()
        line = page.locator("table.ordered tbody").first
        expect(line).to_contain_text("8,45" if language == "fr" else "8.45")
        erp.ask("POST", f"{path}/changes", 200, json={"lines": [{"identifier": "10", "price": {"net": "8.00"}}]})
        expect(line).to_contain_text("8,00" if language == "fr" else "8.00")

        page.get_by_role("button", name=words["reject"], exact=True).click()
        page.locator("[role=dialog] button[type=submit]").click()
        expect(page.get_by_label(words["reason"])).to_be_focused()
        page.get_by_label(words["reason"]).fill("Article épuisé")
        someone.look("order-reject")
        page.locator("[role=dialog] button[type=submit]").click()
        expect(page.locator("dl.facts")).to_contain_text(words["rejected"])
        someone.look("order-rejected")

        buyer.sign_in(BUYER, mesh.people[BUYER])
        buyer.go(f"/orders?state=every&q={order}")
        buyer.page.get_by_role("link", name=order).click()
        expect(buyer.page.locator("dl.facts")).to_contain_text(words["rejected"])
        expect(buyer.page.locator("main")).to_contain_text("Article épuisé")
        buyer.look("order-rejected-read")
