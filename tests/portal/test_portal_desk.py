"""A supplier's desk: the home says what the lists hold, orders are put away and explained, tickets are written."""

import re

import pytest
from browser import visitor
from playwright.sync_api import Browser, Route, expect

from actors.caught_mail import Mailbox
from actors.documents import fresh, order_xml
from actors.mesh import UNIT, Mesh
from actors.session import Machine, Person
from actors.trade import Supplier, publish
from actors.waiting import eventually

SUPPLIER = "supplier@demo.navette.example"


@pytest.mark.e2e
def test_the_figures_of_the_home_are_those_of_the_lists(window: Browser, mesh: Mesh, erp: Machine) -> None:
    with mesh.person("supplier") as person:
        desk = Supplier(person)
        order = fresh("CMD")
        publish(erp, order_xml(order))
        desk.draft(desk.order(order)["id"], fresh("F"))
        drafts = sum(
            each["count"]
            for each in person.get("/v1/invoices/counts")
            if (each["box"], each["state"]) == ("sent", "draft")
        )
    with visitor(window, mesh.access.url, "fr") as someone:
        page = someone.page
        someone.sign_in(SUPPLIER, mesh.people[SUPPLIER])
        tile = page.locator(".tiles a[href='/drafts']")
        expect(tile.locator("b")).to_have_text(f"{drafts:,}".replace(",", "\u202f"))
        expect(page.locator(".side a[href='/drafts'] .nav-count")).to_have_text(tile.locator("b").inner_text())
        tile.click()
        expect(page.locator("h1")).to_have_text("Brouillons")
        expect(page.locator("tbody tr")).to_have_count(min(drafts, 50))
        someone.go("/")
        waits = page.locator("section.panel", has=page.get_by_role("heading", name="À vous", exact=True))
        mine = int(waits.locator(".panel-head .soft").inner_text())
        expect(page.locator(".lead")).to_contain_text("Une" if mine == 1 else str(mine))
        someone.look("home-waits")
        waits.get_by_role("link", name="Tout voir").click()
        expect(page.locator(".views [aria-pressed=true]")).to_have_text(f"À vous{mine}")
        expect(page.locator(".table-foot")).to_contain_text(f"sur {mine}")
        for address, heading in (
            ("/orders", "Commandes"),
            ("/invoices?state=failed", "Factures"),
            ("/settings/plan", "Réglages"),
        ):
            someone.go("/")
            page.locator(f".tiles a[href='{address}']").click()
            expect(page.locator("h1")).to_have_text(heading)
        expect(page.locator("dl.facts dd").first).to_have_text(re.compile(r"\d|sans limite", re.IGNORECASE))


@pytest.mark.e2e
def test_an_order_is_put_away_brought_back_and_explained(window: Browser, mesh: Mesh, erp: Machine) -> None:
    order = fresh("CMD")
    publish(erp, order_xml(order))
    with mesh.person("supplier") as person:
        Supplier(person).order(order)
    with visitor(window, mesh.access.url, "fr") as someone:
        page = someone.page
        someone.sign_in(SUPPLIER, mesh.people[SUPPLIER])
        someone.go(f"/orders?q={order}")
        page.get_by_role("link", name=order).click()
        page.get_by_role("button", name="Ranger", exact=True).click()
        expect(page.get_by_role("button", name="Remettre dans la liste")).to_be_visible()
        someone.look("order-put-away")
        someone.go(f"/orders?q={order}")
        expect(page.get_by_text("Rien ne correspond à cette vue.")).to_be_visible()
        page.get_by_label("Numéro de la commande qui manque").fill(order)
        page.keyboard.press("Enter")
        expect(page.locator(".why .reason")).to_contain_text("rangée")
        someone.look("order-why")
        page.get_by_role("button", name="Rangées").click()
        page.get_by_role("link", name=order).click()
        page.get_by_role("button", name="Remettre dans la liste").click()
        expect(page.get_by_role("button", name="Ranger", exact=True)).to_be_visible()


@pytest.mark.e2e
def test_what_is_stuck_says_so_and_its_ticket_is_written_already(window: Browser, mesh: Mesh, erp: Machine) -> None:
    number = fresh("F")
    with mesh.person("supplier") as person:
        desk = Supplier(person)
        order = fresh("CMD")
        publish(erp, order_xml(order))
        invoice = desk.deliver(desk.order(order)["id"], number)

    def a_day_later(route: Route) -> None:
        # a day cannot be waited for: the invoice is the service's own but for the mark that a day sets
        shown = route.fetch().json()
        route.fulfill(json=shown | {"overdue": {"expected": ["205"], "deadline": shown["delivered_at"]}})

    with visitor(window, mesh.access.url, "fr") as someone:
        page = someone.page
        someone.sign_in(SUPPLIER, mesh.people[SUPPLIER])
        page.route(f"**/v1/invoices/{invoice['id']}", a_day_later)
        someone.go(f"/invoices/{invoice['id']}")
        page.get_by_role("button", name="Ouvrir le billet").click()
        dialog = page.locator("[role=dialog]")
        expect(dialog.get_by_label("Objet")).to_have_value(f"Facture {number} sans réponse")
        expect(dialog.get_by_label("Document concerné")).to_have_value(number)
        someone.look("ticket-prefilled")
        dialog.get_by_role("button", name="Envoyer").click()
        expect(page.get_by_text("Votre billet est parti")).to_be_visible()
        page.get_by_role("link", name="Voir les billets").click()
        expect(page.locator("main")).to_contain_text(f"Facture {number} sans réponse")
        Mailbox(mesh, SUPPLIER).link("/tickets")


def takes_free_invoices(buyer: Person, desk: Supplier, order_id: str, *, takes: bool) -> None:
    """The demo's unit takes invoices without an order from now on, or no more."""
    unit = next(each for each in buyer.get("/v1/units") if each["id"] == str(UNIT))
    buyer.ask(
        "PATCH",
        f"/v1/units/{UNIT}",
        json={"settings": unit["settings"] | {"non_order_invoices": takes}},
        headers={"if-match": f'"v{unit["version"]}"'},
    )

    def known() -> bool:
        answer = desk.session.get("/v1/billable-lines", order_id=order_id)
        return bool(answer["buyer"]["non_order_invoices"] == takes)

    eventually("the unit's setting at the supplier's", known)


@pytest.mark.e2e
def test_an_invoice_without_an_order_becomes_a_template(window: Browser, mesh: Mesh, erp: Machine) -> None:
    number, template, order = fresh("LIBRE"), fresh("Modèle"), fresh("CMD")
    publish(erp, order_xml(order))
    with (
        visitor(window, mesh.access.url, "fr", refusals=(409,)) as someone,
        mesh.person("supplier") as person,
        mesh.person("buyer") as buyer,
    ):
        desk = Supplier(person)
        order_id = desk.order(order)["id"]
        page = someone.page
        someone.sign_in(SUPPLIER, mesh.people[SUPPLIER])
        someone.go("/drafts")
        page.get_by_role("button", name="Facture sans commande").click()
        page.locator("[role=dialog] select").select_option(str(UNIT))
        someone.look("free-begin")
        page.get_by_role("button", name="Commencer").click()
        expect(page.locator("[role=dialog] [role=alert]")).to_contain_text("que des factures sur commande")
        takes_free_invoices(buyer, desk, order_id, takes=True)
        try:
            page.get_by_role("button", name="Commencer").click()
            page.locator("#number").fill(number)
            line = page.locator("fieldset.free-line").first
            line.get_by_label("Article").fill("Dépannage du four")
            line.get_by_label("Prix HT").fill("120,50")
            expect(page.locator(".send-bar .due")).to_contain_text("144,60")
            someone.look("free")
            page.get_by_role("button", name="Garder comme modèle").click()
            page.locator("[role=dialog]").get_by_label("Nom du modèle").press("Control+Enter")
            expect(page.locator("[role=dialog]")).to_be_visible()
            page.locator("[role=dialog]").get_by_label("Nom du modèle").fill(template)
            page.keyboard.press("Enter")
            expect(page.get_by_text("Le modèle est gardé.")).to_be_visible()
            someone.go("/drafts")
            page.get_by_role("button", name="Facture sans commande").click()
            page.get_by_role("button", name=f"Utiliser : {template}").click()
            expect(page.locator("#number")).to_have_value("")
            expect(line.get_by_label("Article")).to_have_value("Dépannage du four")
            expect(line.get_by_label("Prix HT")).to_have_value("120,50")
        finally:
            takes_free_invoices(buyer, desk, order_id, takes=False)
