"""A supplier in Canada invoices for the first time: it is sent to its tax codes, and back with nothing lost."""

import pytest
from browser import Visitor, visitor
from newcomers import Newcomer, is_there, signs_in
from playwright.sync_api import Browser, expect

from actors.caught_mail import Mailbox
from actors.documents import fresh, order_to
from actors.mesh import UNIT, Mesh
from actors.session import Machine, Person
from actors.trade import publish

CANADIAN = {
    "country": "CA",
    "vat_id": None,
    "time_zone": "America/Toronto",
    "address": {"line_one": "12 King Street", "postal_code": "M5H 1A1", "city": "Toronto", "country": "CA"},
}
AMERICAN = {
    "country": "US",
    "vat_id": None,
    "time_zone": "America/New_York",
    "address": {"line_one": "350 5th Avenue", "postal_code": "10118", "city": "New York", "country": "US"},
}


def converts(someone: Visitor, mesh: Mesh, erp: Machine, buyer: Person, newcomer: Newcomer, mailbox: Mailbox) -> None:
    """Somebody who is new signs in, is connected, and begins the invoice of an order of theirs."""
    page, order = someone.page, fresh("CMD")
    signs_in(someone, mailbox, newcomer.password)
    page.wait_for_selector(".shell")
    url = mesh.access.url
    asked = page.context.request.post(
        f"{url}/v1/connections",
        data={"unit_id": str(UNIT), "message": ""},
        headers={"origin": url, "idempotency-key": fresh("ask")},
    )
    buyer.ask("POST", f"/v1/connections/{asked.json()['id']}/accept", json={"consent": True})
    publish(erp, order_to(order, newcomer.siren, newcomer.siret, newcomer.vat_id))
    page.goto(f"{url}/orders?q={order}")
    page.get_by_role("link", name=order).press("Enter")
    page.locator("main button.send:not([data-disabled])").press("Enter")


@pytest.mark.e2e
def test_without_tax_codes_one_is_sent_to_them_and_back(window: Browser, mesh: Mesh, erp: Machine) -> None:
    newcomer, number = Newcomer.fresh(), fresh("F")
    mailbox = is_there(mesh, newcomer, **CANADIAN)
    with (
        visitor(window, mesh.access.url, "fr", refusals=(422,)) as someone,
        mesh.person("buyer") as buyer,
    ):
        page = someone.page
        converts(someone, mesh, erp, buyer, newcomer, mailbox)
        page.locator("#number").fill(number)
        page.get_by_label("Référence demandée par le client").fill("Ottawa 12")
        expect(page.locator(".findings[aria-busy=false]")).to_be_visible()
        page.keyboard.press("Control+Enter")
        page.get_by_role("link", name="Régler les codes de taxe").first.wait_for()
        someone.look("convert-without-taxes")
        page.get_by_role("link", name="Régler les codes de taxe").first.click()

        expect(page.get_by_text("Votre facture vous attend.")).to_be_visible()
        someone.look("taxes-none")
        page.get_by_label("Code", exact=False).first.fill("HST-ON")
        page.get_by_label("Nom", exact=False).first.fill("Ontario")
        page.get_by_label("Taxe", exact=True).select_option("HST")
        page.get_by_label("Taux, en %").fill("treize")
        page.get_by_label("Numéro d’inscription").fill("123456789RT0001")
        page.keyboard.press("Enter")
        expect(page.get_by_text("Un nombre, comme 12,5")).to_be_visible()
        page.get_by_label("Taux, en %").fill("13")
        page.keyboard.press("Enter")
        expect(page.locator(".rows")).to_contain_text("TVH 13 % (123456789RT0001)")
        someone.look("taxes")

        page.get_by_role("link", name="Revenir à la facture").click()
        expect(page.locator("#number")).to_have_value(number)
        expect(page.get_by_label("Référence demandée par le client")).to_have_value("Ottawa 12")
        rates = page.get_by_label("TVA de la ligne 10")
        rates.select_option("13")
        expect(rates.locator("option")).to_contain_text(["13 %"])


@pytest.mark.e2e
def test_a_seller_in_the_united_states_types_one_total_tax_last(window: Browser, mesh: Mesh, erp: Machine) -> None:
    newcomer = Newcomer.fresh()
    mailbox = is_there(mesh, newcomer, **AMERICAN)
    with visitor(window, mesh.access.url, "en") as someone, mesh.person("buyer") as buyer:
        page = someone.page
        converts(someone, mesh, erp, buyer, newcomer, mailbox)
        page.locator("#number").fill(fresh("F"))
        page.get_by_label("Total tax").fill("a lot")
        expect(page.get_by_text("Give the total tax as a number")).to_be_visible()
        page.get_by_label("Total tax").fill("8.25")
        due = page.locator(".sums .due")
        expect(due).to_contain_text("2,319.45")  # 2,311.20 of the order, and the tax
        someone.look("convert-total-tax")
        page.get_by_label("Freight").fill("10")  # another charge leaves the tax where it is
        expect(due).to_contain_text("2,331.45")
        page.reload()
        expect(page.get_by_label("Total tax")).to_have_value("8.25")
        expect(due).to_contain_text("2,331.45")
