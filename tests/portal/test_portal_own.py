"""What one sets for oneself and one's company: mails, language, tickets, webhooks."""

import json

import pytest
from browser import visitor
from playwright.sync_api import Browser, FilePayload, expect

from actors.caught_mail import Mailbox
from actors.documents import fresh
from actors.listener import listening
from actors.mesh import Mesh
from actors.session import Machine
from actors.trade import Supplier, new_order
from actors.waiting import eventually

SUPPLIER, BUYER = (f"{name}@demo.navette.example" for name in ("supplier", "buyer"))


@pytest.mark.e2e
def test_a_mail_that_is_switched_off_stays_away_and_a_language_stays(window: Browser, mesh: Mesh, erp: Machine) -> None:
    number = fresh("F")
    with (
        visitor(window, mesh.access.url, "fr") as someone,
        mesh.person("supplier") as person,
        mesh.person("buyer") as buyer,
    ):
        page = someone.page
        wanted = person.get("/v1/preferences")
        person.ask("PUT", "/v1/preferences", json=wanted | {"mails": wanted["mails"] | {"approved": True}})
        someone.sign_in(SUPPLIER, mesh.people[SUPPLIER])
        someone.go("/settings/notifications")
        approved = page.get_by_label("Une facture est approuvée")
        expect(approved).to_be_checked()
        approved.press("Space")
        expect(approved).not_to_be_checked()
        with page.expect_response("**/v1/preferences"):
            page.reload()
        expect(approved).not_to_be_checked()
        try:
            desk = Supplier(person)
            invoice = desk.deliver(new_order(erp, desk)["id"], number)
            path = f"/v1/invoices/{invoice['id']}/statuses"
            eventually("approval", lambda: buyer.send("POST", path, json={"code": "205"}).is_success)
            buyer.ask("POST", path, json={"code": "208", "reasons": ["JUSTIF_ABS"]})
            mailbox = Mailbox(mesh, SUPPLIER)
            mailbox.about(number, "Suspendue")
            assert not mailbox.says(number, "Approuvée")
        finally:
            someone.go("/settings/notifications")
            approved.press("Space")
            expect(approved).to_be_checked()

        someone.go("/settings/me")
        page.locator("main button.lang").click()
        expect(page.locator("h1")).to_have_text("Settings")
        page.reload()
        expect(page.locator("h1")).to_have_text("Settings")
        assert page.evaluate("document.documentElement.lang") == "en"


@pytest.mark.e2e
def test_a_ticket_has_a_number_and_its_answer_arrives(window: Browser, mesh: Mesh) -> None:
    subject = fresh("Question")
    with visitor(window, mesh.access.url, "fr") as someone, mesh.person("operator") as support:
        page = someone.page
        someone.sign_in(SUPPLIER, mesh.people[SUPPLIER])
        someone.go("/tickets")
        page.get_by_role("button", name="Créer un billet").click()
        dialog = page.locator("[role=dialog]")
        dialog.get_by_label("Objet").fill(subject)
        dialog.get_by_label("Votre message").fill("Où est ma facture ?")
        dialog.get_by_role("button", name="Envoyer").click()
        title = page.locator(".mantine-Modal-title")
        expect(title).to_contain_text(subject)
        number = title.inner_text().replace("\u00a0", " ").removeprefix("n° ").partition(" ")[0]
        someone.look("ticket")
        ticket = next(each for each in support.get("/v1/ops/registration/tickets") if each["subject"] == subject)
        assert str(ticket["number"]) == number
        assert Mailbox(mesh, SUPPLIER).about(f"numéro {number}", "Où est ma facture")
        said = "Elle est chez votre client."
        support.ask("POST", f"/v1/ops/registration/tickets/{ticket['id']}/entries", json={"text": said})
        page.reload()
        row = page.locator(".rows > li", has_text=subject)
        expect(row).to_contain_text("répondu")
        row.get_by_role("button").click()
        expect(dialog).to_contain_text(said)
        someone.look("ticket-answered")
        dialog.get_by_label("Ajouter un message").fill("Merci.")
        dialog.get_by_role("button", name="Envoyer").click()
        expect(dialog.locator("li")).to_have_count(3)
        note: FilePayload = {"name": "constat.txt", "mimeType": "text/plain", "buffer": b"vu ce matin"}
        dialog.locator("input[type=file]").set_input_files(files=[note])
        expect(dialog.get_by_role("link", name="constat.txt")).to_be_visible()


@pytest.mark.e2e
def test_what_is_kept_about_oneself_and_ones_company_is_taken_along(window: Browser, mesh: Mesh) -> None:
    with visitor(window, mesh.access.url, "fr") as someone:
        page = someone.page
        someone.sign_in(SUPPLIER, mesh.people[SUPPLIER])
        someone.go("/settings/me")
        with page.expect_download() as taken:
            page.get_by_role("button", name="Tout télécharger").click()
        about = json.loads(taken.value.path().read_text())
        assert (about["person"]["email"], len(about["sessions"]) > 0) == (SUPPLIER, True)
        someone.look("about-me")
        someone.go("/settings/record")
        expect(page.locator("tbody tr").first).to_be_visible()
        with page.expect_download() as taken:
            page.get_by_role("button", name="Exporter").click()
        acts = [json.loads(line) for line in taken.value.path().read_text().splitlines()]
        assert [act["number"] for act in acts] == sorted(act["number"] for act in acts)
        assert all(act["hash"] for act in acts)
        someone.go("/settings/company")
        expect(page.locator("main")).to_contain_text("Systèmes reliés")


@pytest.mark.e2e
def test_a_webhook_is_made_its_deliveries_seen_and_sent_again(window: Browser, mesh: Mesh, erp: Machine) -> None:
    number = fresh("F")
    with (
        listening() as listener,
        visitor(window, mesh.access.url, "fr") as someone,
        mesh.person("supplier") as person,
    ):
        page = someone.page
        someone.sign_in(BUYER, mesh.people[BUYER])
        someone.go("/settings/webhooks")
        page.get_by_label("Adresse").fill(listener.url)
        page.keyboard.press("Enter")
        expect(page.get_by_text("montré cette seule fois")).to_be_visible()
        secret = page.locator("[role=status] code").inner_text()
        hook = page.locator("ul.road > li", has_text=listener.url)
        someone.look("webhook-made")
        try:
            desk = Supplier(person)
            invoice = desk.deliver(new_order(erp, desk)["id"], number)
            first = listener.wait("invoice.archived", invoice["id"])
            assert first.signed_by(secret)
            page.reload()
            expect(hook).to_be_visible()
            expect(page.get_by_text(secret)).to_have_count(0)
            hook.get_by_role("button", name="Livraisons").click()
            deliveries = hook.locator(".tries > li", has_text="invoice.archived")
            expect(deliveries).to_contain_text("reçue")
            someone.look("webhook-deliveries")
            deliveries.get_by_role("button", name="Renvoyer").click()
            again = eventually(
                "the same delivery again",
                lambda: (
                    [
                        each
                        for each in listener.heard
                        if each.headers["webhook-id"] == first.headers["webhook-id"] and each is not first
                    ]
                    or None
                ),
            )
            assert again[0].item == first.item
        finally:
            hook.get_by_role("button", name="Retirer").click()
            expect(hook).to_have_count(0)
