"""Nothing that somebody types is lost: by events, by reads that fail, by a session that ends, by several customers."""

import re
from uuid import UUID

import pytest
from browser import visitor
from newcomers import Newcomer, activates, connected, registers, signs_in, signs_out
from playwright.sync_api import Browser, Page, Route, expect

from actors.caught_mail import Mailbox
from actors.documents import fresh, order_to
from actors.mesh import UNIT, Mesh
from actors.session import Machine
from actors.trade import publish

SUPPLIER, BUYER = (f"{name}@demo.navette.example" for name in ("supplier", "buyer"))
COMPTOIR = UUID("019a0000-0000-7000-8000-000000000014")
_LOOKED_AT_AGAIN = """
() => {
  for (const state of ['hidden', 'visible']) {
    Object.defineProperty(document, 'visibilityState', {configurable: true, get: () => state});
    document.dispatchEvent(new Event('visibilitychange', {bubbles: true}));
  }
}
"""


def comes_back(page: Page) -> None:
    """Leave the tab and return, with everything on it older than it may be."""
    page.clock.fast_forward("05:00")
    page.evaluate(_LOOKED_AT_AGAIN)


@pytest.mark.e2e
def test_a_rule_being_written_survives_a_look_into_another_tab(window: Browser, mesh: Mesh) -> None:
    with visitor(window, mesh.access.url, "fr", refusals=(404,)) as buyer:
        page = buyer.page
        page.route(
            f"**/v1/rulebooks/{UNIT}/draft",
            lambda route: route.fulfill(status=404, json={"code": "NOT_FOUND", "status": 404, "title": "-"}),
        )
        page.clock.install()
        buyer.sign_in(BUYER, mesh.people[BUYER])
        buyer.go("/rules")
        page.locator("section", has_text="Vos propres règles").get_by_role("button", name="Ajouter").click()
        value = page.locator("fieldset.own-rule").last.get_by_label("Valeur")
        value.fill("4711")
        with page.expect_response(f"**/v1/rulebooks/{UNIT}/draft"):
            comes_back(page)
        expect(value).to_have_value("4711")


@pytest.mark.e2e
def test_a_form_survives_a_read_that_fails(window: Browser, mesh: Mesh) -> None:
    def unavailable(route: Route) -> None:
        if route.request.method == "GET":
            route.fulfill(status=503, json={"code": "UNAVAILABLE", "status": 503, "title": "-"})
        else:
            route.fallback()

    with visitor(window, mesh.access.url, "fr", refusals=(503,)) as buyer:
        page = buyer.page
        page.clock.install()
        buyer.sign_in(BUYER, mesh.people[BUYER])
        buyer.go("/settings/company")
        city = page.locator("[data-path='address.city']")
        city.fill("Saverne")
        page.route(re.compile(r"/v1/companies/[\w-]+$"), unavailable)
        with page.expect_response(re.compile(r"/v1/companies/[\w-]+$")):
            comes_back(page)
        expect(city).to_have_value("Saverne")


@pytest.mark.e2e
def test_a_session_that_ends_takes_nothing_away(window: Browser, mesh: Mesh) -> None:
    with visitor(window, mesh.access.url, "fr", refusals=(422,)) as buyer:
        page = buyer.page
        buyer.sign_in(BUYER, mesh.people[BUYER])
        buyer.go("/paper")
        number = page.get_by_label("Numéro de la facture")
        number.fill("PAPIER-4711")
        page.locator("input[type=date]").fill("2026-11-02")
        signs_out(buyer)
        page.keyboard.press("Enter")
        expect(page.get_by_text("Votre session a pris fin.")).to_be_visible()
        buyer.look("sign-in-again")
        page.locator("input[type=email]").fill(BUYER)
        page.locator("input[type=password]").fill(mesh.people[BUYER])
        page.keyboard.press("Enter")
        expect(number).to_be_visible()
        expect(number).to_have_value("PAPIER-4711")


@pytest.mark.e2e
def test_a_newcomer_is_led_and_sees_the_orders_of_each_customer(window: Browser, mesh: Mesh, erp: Machine) -> None:
    newcomer, order = Newcomer.fresh(), fresh("CMD")
    mailbox = Mailbox(mesh, newcomer.email)
    with (
        visitor(window, mesh.access.url, "fr") as supplier,
        mesh.person("buyer") as buyer,
        mesh.person("outsider") as other,
    ):
        page = supplier.page
        registers(supplier, newcomer)
        activates(supplier, mailbox.link("/activation#"), newcomer.password)
        signs_in(supplier, mailbox, newcomer.password)
        steps = page.locator(".first-steps li")
        expect(steps).to_have_count(6)
        expect(page.locator(".first-steps li[data-done]")).to_have_count(1)
        expect(page.locator(".first-steps [aria-current=step]")).to_contain_text("Où vous êtes payé")
        supplier.look("first-steps")

        connected(supplier, COMPTOIR, other)
        connected(supplier, UNIT, buyer)
        publish(erp, order_to(order, newcomer.siren, newcomer.siret, newcomer.vat_id))
        supplier.go("/orders")
        customers = page.get_by_label("Client des commandes")
        expect(customers.locator("option")).to_have_count(2)
        customers.select_option("Quincaillerie Lointaine SAS")
        expect(page.get_by_text("Rien ne correspond")).to_be_hidden()
        expect(page.get_by_role("link", name=order)).to_have_count(0)
        customers.select_option("Brasseries du Rhin SA")
        expect(page.get_by_role("link", name=order)).to_be_visible()
        expect(page.get_by_label("Depuis le")).not_to_have_value("")
        supplier.go("/")
        expect(page.locator("main").get_by_role("link", name=order)).to_be_visible()
        expect(page.locator(".first-steps li[data-done]")).to_have_count(3)
        page.get_by_role("button", name="Ne plus montrer").click()
        page.reload()
        expect(page.locator(".tiles")).to_be_visible()
        expect(steps).to_have_count(0)
