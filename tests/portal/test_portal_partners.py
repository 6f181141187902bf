"""Two companies find each other: asked for, accepted, ready to transact; people are invited and given rights."""

import pytest
from browser import visitor
from newcomers import Newcomer, activates, is_there, registers, signs_in
from playwright.sync_api import Browser, expect

from actors.caught_mail import Mailbox
from actors.documents import fresh, order_to
from actors.mesh import Mesh
from actors.session import Machine
from actors.trade import publish

BUYER = "buyer@demo.navette.example"


@pytest.mark.e2e
def test_a_supplier_finds_a_customer_and_both_get_ready(window: Browser, mesh: Mesh) -> None:
    newcomer = Newcomer.fresh()
    mailbox = Mailbox(mesh, newcomer.email)
    url = mesh.access.url
    with visitor(window, url, "fr", width=390) as supplier, visitor(window, url, "fr") as buyer:
        registers(supplier, newcomer)
        activates(supplier, mailbox.link("/activation#"), newcomer.password)
        signs_in(supplier, mailbox, newcomer.password)
        page = supplier.page
        page.locator(".above .notice a").click()
        page.locator("input[type=search]").fill("br")
        expect(page.locator(".panel .pad")).to_be_visible()
        page.locator("input[type=search]").fill("sseries du rh")
        page.locator(".units button").first.wait_for()
        supplier.look("find-partner")
        page.get_by_label("Relation").select_option("active")
        expect(page.locator(".units button")).to_have_count(0)
        page.get_by_label("Relation").select_option("none")
        page.locator(".units button").first.click()
        page.locator("[role=dialog] textarea[data-path]").fill("Notre numéro chez vous : 4711")
        supplier.look("ask-partner")
        page.locator("[role=dialog] button[type=submit]").click()
        expect(page.locator("[role=dialog]")).to_have_count(0)

        buyer.sign_in(BUYER, mesh.people[BUYER])
        buyer.go("/partners")
        row = buyer.page.locator("tr", has_text=newcomer.name)
        row.get_by_role("button").click()
        buyer.look("answer-request")
        buyer.page.locator("[role=dialog] button[type=submit]").click()
        expect(buyer.page.locator("[role=dialog]")).to_have_count(0)
        row.get_by_role("button").click()
        contacts = buyer.page.get_by_role("region", name="Contacts")
        expect(contacts).to_contain_text(newcomer.email)
        contacts.locator("summary").click()
        contacts.locator("[data-path=name]").fill("Paul Le Goff")
        contacts.locator("[data-path=email]").fill(f"paul.{newcomer.email}")
        contacts.get_by_role("button", name="Proposer", exact=True).click()
        expect(contacts).to_contain_text("attend une réponse")
        mailbox.about("Paul Le Goff", "interlocuteur")
        buyer.page.locator("[role=dialog] [data-path=contact]").fill("Inès Rolland, 03 88 00 00 00")
        buyer.look("notify-ready")
        buyer.page.get_by_role("button", name="Envoyer l’avis").click()
        expect(row).to_contain_text("avis")

        supplier.go("/partners")
        page.locator("tbody button").first.click()
        supplier.look("ready-notified")
        page.locator("[role=dialog] form").first.get_by_role("button").first.click()
        expect(page.locator("tbody")).to_contain_text("prêt à la transaction")
        supplier.look("partner-ready")


@pytest.mark.e2e
def test_an_administrator_asks_somebody_in_and_hands_over(window: Browser, mesh: Mesh) -> None:
    newcomer = Newcomer.fresh()
    mailbox = Mailbox(mesh, newcomer.email)
    colleague = Mailbox(mesh, f"paul.{newcomer.email}")
    url = mesh.access.url
    with (
        visitor(window, url, "fr", refusals=(409,)) as first,
        visitor(window, url, "fr", width=390, dark=True) as second,
    ):
        registers(first, newcomer)
        activates(first, mailbox.link("/activation#"), newcomer.password)
        signs_in(first, mailbox, newcomer.password)
        first.page.wait_for_selector(".shell")
        first.go("/settings/users")
        first.page.locator("[data-path=name]").fill("Paul Le Goff")
        first.page.locator("[data-path=email]").fill(colleague.address)
        first.page.keyboard.press("Enter")
        expect(first.page.locator("tbody tr")).to_have_count(2)
        first.look("people")
        activates(second, colleague.link("/activation#"), newcomer.password)
        signs_in(second, colleague, newcomer.password)
        second.page.wait_for_selector(".shell")
        second.go("/settings/users")
        expect(second.page.locator("tbody button")).to_have_count(0)
        second.look("people-read")
        denied = second.page.context.request.post(
            f"{url}/v1/users",
            data={"name": "Somebody", "email": f"more.{newcomer.email}", "roles": ["viewer"], "language": "fr"},
            headers={"origin": url, "idempotency-key": fresh("invite")},
        )
        assert denied.status == 403, denied.text()
        second.go("/settings/security")
        second.look("security")

        first.go("/settings/users")
        dialog = first.page.locator("[role=dialog]")
        first.page.locator("tr", has_text="(vous)").get_by_role("button").click()
        dialog.get_by_role("button", name="Détacher de la société").click()
        dialog.locator("form button.mantine-Button-root").first.click()
        expect(dialog.get_by_role("alert")).to_contain_text("dernier administrateur")
        first.look("last-administrator")
        first.page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)
        first.page.locator("tr", has_text="Paul").get_by_role("button").click()
        first.look("person")
        dialog.locator("button[type=submit] ~ button").first.click()
        first.look("person-hand-over")
        dialog.locator("form button.mantine-Button-root").first.click()
        expect(first.page.locator("tbody button")).to_have_count(0)
        second.go("/settings/users")
        expect(second.page.locator("tbody button").first).to_be_visible()


@pytest.mark.e2e
def test_a_request_is_refused_and_a_connection_ends_for_good(window: Browser, mesh: Mesh, erp: Machine) -> None:
    stranger, partner = Newcomer.fresh(), Newcomer.fresh()
    order = fresh("CMD")
    mailboxes = {each: is_there(mesh, each) for each in (stranger, partner)}
    url = mesh.access.url
    with (
        visitor(window, url, "fr", width=390) as first,
        visitor(window, url, "fr", refusals=(422,)) as buyer,
        visitor(window, url, "fr", refusals=(409,)) as second,
    ):
        for supplier, newcomer in ((first, stranger), (second, partner)):
            signs_in(supplier, mailboxes[newcomer], newcomer.password)
            supplier.page.wait_for_selector(".shell")
            supplier.go("/partners/find")
            supplier.page.locator("input[type=search]").fill("brasseries du")
            supplier.page.locator(".units button").first.click()
            supplier.page.locator("[role=dialog] button[type=submit]").click()
            expect(supplier.page.locator("[role=dialog]")).to_have_count(0)

        buyer.sign_in(BUYER, mesh.people[BUYER])
        buyer.go("/partners")
        dialog = buyer.page.locator("[role=dialog]")
        buyer.page.locator("tr", has_text=stranger.name).get_by_role("button").click()
        dialog.get_by_role("button", name="Refuser").click()
        dialog.get_by_label("Raison").fill("Nous ne nous connaissons pas.")
        buyer.look("refuse-request")
        dialog.locator("button[type=submit]").click()
        expect(buyer.page.locator("tr", has_text=stranger.name)).to_contain_text("Refusée")
        mailboxes[stranger].about("Brasseries", "refus")
        first.go("/partners")
        expect(first.page.locator("tbody")).to_contain_text("Refusée")
        first.page.locator("tbody button").first.click()
        expect(first.page.locator("[role=dialog]")).to_contain_text("Nous ne nous connaissons pas.")
        first.look("request-refused")

        row = buyer.page.locator("tr", has_text=partner.name)
        row.get_by_role("button").click()
        dialog.locator("button[type=submit]").click()
        expect(row).to_contain_text("Reliés")
        publish(erp, order_to(order, partner.siren, partner.siret, partner.vat_id))
        second.page.goto(f"{url}/orders?q={order}")
        second.page.get_by_role("link", name=order).click()
        expect(second.page.locator("main button.send:not([data-disabled])")).to_be_visible()
        row.get_by_role("button").click()
        dialog.locator("summary", has_text="Mettre fin").click()
        typed = dialog.get_by_label("Pour confirmer")
        typed.fill("Quelqu’un d’autre")
        dialog.get_by_role("button", name="Mettre fin pour de bon").click()
        expect(dialog.locator("[role=alert]")).to_contain_text("Ce n’est pas le nom du partenaire.")
        buyer.look("disconnect")
        typed.fill(partner.name)
        dialog.get_by_role("button", name="Mettre fin pour de bon").click()
        expect(row).to_contain_text("Déconnectés")
        second.page.reload()
        expect(second.page.locator("main")).to_contain_text("Vous n’êtes plus reliés à ce client.")
        second.look("order-disconnected")
        second.go("/partners")
        expect(second.page.locator("tbody")).to_contain_text("Déconnectés")


@pytest.mark.e2e
def test_a_buyer_asks_a_supplier_who_accepts(window: Browser, mesh: Mesh) -> None:
    newcomer = Newcomer.fresh()
    mailbox = is_there(mesh, newcomer)
    url = mesh.access.url
    with visitor(window, url, "fr") as buyer, visitor(window, url, "fr", width=390) as supplier:
        buyer.sign_in(BUYER, mesh.people[BUYER])
        buyer.go("/partners/find")
        buyer.page.locator("input[type=search]").fill(newcomer.name)
        buyer.page.get_by_role("button", name=f"Demander {newcomer.name}").click()
        buyer.look("ask-supplier")
        buyer.page.locator("[role=dialog] button[type=submit]").click()
        expect(buyer.page.locator("[role=dialog]")).to_have_count(0)
        buyer.go("/partners")
        buyer.page.get_by_role("button", name="Demandes envoyées").click()
        expect(buyer.page.locator("tr", has_text=newcomer.name)).to_contain_text("demande envoyée")
        mailbox.about("Brasseries", "recevoir vos factures")

        signs_in(supplier, mailbox, newcomer.password)
        supplier.page.wait_for_selector(".shell")
        supplier.go("/partners")
        supplier.page.get_by_role("button", name="Demandes reçues").click()
        row = supplier.page.locator("tbody tr", has_text="Brasseries")
        expect(row).to_contain_text("demande reçue")
        row.get_by_role("button").click()
        supplier.look("answer-buyer")
        supplier.page.locator("[role=dialog] button[type=submit]").click()
        expect(supplier.page.locator("[role=dialog]")).to_have_count(0)
        supplier.page.get_by_role("button", name="Tous").click()
        expect(row).to_contain_text("Reliés")
