"""What both sides do with an order: the buyer corrects a price, the supplier refuses, each reads the other."""

import pytest
from browser import Language, visitor
from playwright.sync_api import Browser, expect

from actors.documents import fresh, order_json
from actors.mesh import Mesh
from actors.session import Machine
from actors.trade import TO_UNIT, Supplier

SUPPLIER, BUYER = (f"{name}@demo.navette.example" for name in ("supplier", "buyer"))
WORDS = {
    "fr": {
        "reject": "Refuser",
        "reason": "Motif, que votre client lira",
        "rejected": "Refusée",
    },
    "en": {
        "reject": "Reject",
        "reason": "Reason, which your customer will read",
        "rejected": "Rejected",
    },
}


@pytest.mark.e2e
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
