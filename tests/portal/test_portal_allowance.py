"""At nothing left, sending is stopped before anything is typed, and a pack opens it again."""

import pytest
from browser import visitor
from newcomers import Newcomer, connected, is_there, signs_in
from playwright.sync_api import Browser, expect

from actors.documents import fresh, order_to
from actors.mesh import UNIT, Mesh
from actors.session import Machine
from actors.trade import publish
from actors.waiting import eventually


@pytest.mark.e2e
def test_nothing_left_is_said_before_typing_and_a_pack_opens_it(window: Browser, mesh: Mesh, erp: Machine) -> None:
    newcomer, order = Newcomer.fresh(), fresh("CMD")
    mailbox = is_there(mesh, newcomer)
    url = mesh.access.url
    with (
        visitor(window, url, "fr") as someone,
        mesh.person("buyer") as buyer,
        mesh.person("operator") as operator,
    ):
        page = someone.page
        signs_in(someone, mailbox, newcomer.password)
        page.wait_for_selector(".shell")
        company = page.context.request.get(f"{url}/v1/session").json()["companies"][0]["id"]
        operator.ask("PUT", f"/v1/companies/{company}/grant", 200, json={"transactions": 0})
        connected(someone, UNIT, buyer)
        publish(erp, order_to(order, newcomer.siren, newcomer.siret, newcomer.vat_id))
        left = f"{url}/v1/invoices/balance"
        eventually("nothing left", lambda: page.context.request.get(left).json()["left"] == 0)
        page.goto(f"{url}/orders?q={order}")
        page.get_by_role("link", name=order).click()
        expect(page.locator("table.ordered")).to_contain_text("Il ne reste plus d’envoi à votre forfait.")
        expect(page.locator("main button.send[data-disabled]")).to_be_visible()
        someone.look("order-nothing-left")

        someone.go("/settings/plan")
        page.get_by_role("button", name="Acheter 50", exact=True).click()
        expect(page.locator("[role=dialog]")).to_contain_text("HT, payés dès que vous confirmez")
        page.locator("[role=dialog]").get_by_role("button", name="Acheter", exact=True).click()
        expect(page.get_by_text("Payé : 50 transactions s’ajoutent.")).to_be_visible()
        eventually("the pack", lambda: page.context.request.get(left).json()["left"] == 50)
        page.goto(f"{url}/orders?q={order}")
        page.get_by_role("link", name=order).click()
        expect(page.locator("main button.send:not([data-disabled])")).to_be_visible()
