"""The rooms of a company's settings, uploads, paper invoices and files of orders."""

from pathlib import Path

import pytest
from browser import visitor
from newcomers import Newcomer, activates, registers, signs_in
from playwright.sync_api import Browser, expect

from actors.caught_mail import Mailbox
from actors.documents import fresh
from actors.mesh import EXAMPLES, Mesh

SUPPLIER, BUYER = (f"{name}@demo.navette.example" for name in ("supplier", "buyer"))


@pytest.mark.e2e
def test_a_newcomer_sees_its_plan_buys_a_pack_and_hands_out_a_key(window: Browser, mesh: Mesh) -> None:
    newcomer = Newcomer.fresh()
    mailbox = Mailbox(mesh, newcomer.email)
    with visitor(window, mesh.access.url, "fr") as someone:
        page = someone.page
        registers(someone, newcomer)
        activates(someone, mailbox.link("/activation#"), newcomer.password)
        signs_in(someone, mailbox, newcomer.password)
        page.wait_for_selector(".shell")
        someone.go("/settings/plan")
        left = page.locator("dl.facts dd").first
        expect(left).to_have_text("10")
        page.get_by_role("button", name="Acheter 50", exact=True).click()
        expect(page.locator("[role=dialog]")).to_contain_text("HT, payés dès que vous confirmez")
        page.locator("[role=dialog]").get_by_role("button", name="Acheter", exact=True).click()
        expect(page.get_by_text("Payé : 50 transactions s’ajoutent.")).to_be_visible()
        page.reload()
        expect(left).to_have_text("60")
        someone.look("plan")

        someone.go("/settings/keys")
        page.get_by_label("Nom du logiciel").fill("ERP")
        page.keyboard.press("Enter")
        expect(page.get_by_text("elle n’est montrée qu’une fois")).to_be_visible()
        someone.look("keys")
        first = page.locator("[role=status] code").last.inner_text()
        page.get_by_role("button", name="Renouveler : ERP").click()
        expect(page.locator(".rows")).to_contain_text("2 clés valables")
        assert page.locator("[role=status] code").last.inner_text() != first

        someone.go("/settings/security")
        policy = page.locator("section", has_text="Ce que votre société admet")
        policy.get_by_label("E-mail").uncheck()
        policy.get_by_label("SMS").uncheck()
        someone.look("sign-in-policy")
        policy.get_by_role("button", name="Enregistrer").click()
        expect(page.get_by_text("Enregistré")).to_be_visible()
        page.reload()
        expect(policy.get_by_label("E-mail")).not_to_be_checked()


@pytest.mark.e2e
def test_invoices_of_other_software_become_drafts_or_say_why_not(window: Browser, mesh: Mesh, tmp_path: Path) -> None:
    good = tmp_path / "facture.xml"
    text = (EXAMPLES / "order-simple" / "invoice.ubl.xml").read_text()
    good.write_text(text.replace("FA-2026-000412", fresh("U")))
    bad = tmp_path / "notes.xml"
    bad.write_text("<notes/>")
    with visitor(window, mesh.access.url, "fr") as someone, visitor(window, mesh.access.url, "fr") as buyer:
        page = someone.page
        someone.sign_in(SUPPLIER, mesh.people[SUPPLIER])
        someone.go("/uploads")
        page.get_by_label("Pour").select_option("Brasseries du Rhin SA · Achats")
        page.locator("input[type=file]").set_input_files([good, bad])
        files = page.locator("[role=status] .rows > li")
        expect(files).to_have_count(2)
        expect(files.filter(has_text="notes.xml")).to_contain_text("refusée")
        someone.look("uploads")
        files.filter(has_text="facture.xml").get_by_role("link").click()
        expect(page.locator("#number")).to_be_visible()
        someone.go("/uploads")
        page.get_by_label("Ce que vous déposez est").select_option("as-is")
        page.get_by_label("Pour").select_option("Brasseries du Rhin SA · Achats")
        good.write_text(text.replace("FA-2026-000412", fresh("TEL")))
        page.locator("input[type=file]").set_input_files([good])
        expect(files).to_have_count(1)
        expect(files).to_contain_text("facture.xml")
        someone.look("uploads-as-is")

        someone.go("/uploads")
        page.get_by_label("Client").select_option("Brasseries du Rhin SA")
        page.get_by_role("button", name="Autoriser").click()
        end = page.get_by_role("button", name="Retirer l’accord : Brasseries du Rhin SA")
        expect(end).to_be_visible()
        end.click()
        expect(page.get_by_text("Aucun client n’écrit de factures en votre nom.")).to_be_visible()

        number = fresh("PAPIER")
        buyer.sign_in(BUYER, mesh.people[BUYER])
        buyer.go("/paper")
        buyer.page.get_by_label("Numéro de la facture").fill(number)
        buyer.page.locator("input[type=date]").fill("2026-11-02")
        buyer.page.keyboard.press("Enter")
        expect(buyer.page.locator(".rows")).to_contain_text(number)
        buyer.look("paper")
        buyer.page.get_by_role("button", name=f"Retirer {number}").click()
        expect(buyer.page.get_by_text(number)).to_have_count(0)


@pytest.mark.e2e
def test_a_buyer_keys_an_order_sends_a_file_and_sets_its_units(window: Browser, mesh: Mesh, tmp_path: Path) -> None:
    number = fresh("CLAVIER")
    broken = tmp_path / "commandes.ndjson"
    broken.write_text("{}\n")
    with visitor(window, mesh.access.url, "fr") as buyer, visitor(window, mesh.access.url, "fr") as supplier:
        page = buyer.page
        buyer.sign_in(BUYER, mesh.people[BUYER])
        buyer.go("/orders/new")
        page.get_by_label("Fournisseur").select_option("Ateliers Kœnig & Fils SARL · Achats")
        page.get_by_label("Numéro").fill(number)
        page.locator("input[type=date]").fill("2026-11-20")
        page.locator("fieldset input").first.fill("Roulement à billes")
        page.locator("fieldset input").nth(2).fill("8.45")
        page.get_by_role("button", name="Ajouter une ligne").click()
        page.get_by_role("button", name="Ajouter une ligne").click()
        second = page.locator("fieldset").nth(1)
        second.get_by_label("Article").fill("Une erreur")
        third = page.locator("fieldset").nth(2)
        third.get_by_label("Article").fill("Formation")
        third.get_by_label("Commandé").fill("3")
        third.get_by_label("Unité").select_option("HUR")
        third.get_by_label("Prix HT").fill("50")
        third.get_by_label("TVA").select_option("0")
        page.get_by_role("button", name="Retirer Ligne 2").click()
        expect(page.locator("fieldset")).to_have_count(2)
        expect(second.get_by_label("Article")).to_have_value("Formation")
        buyer.look("keyed-lines")
        second.get_by_label("Article").press("Enter")
        expect(page.locator("h1")).to_have_text(number)
        order = page.context.request.get(f"{page.url.replace('/orders', '/v1/orders')}").json()
        assert [line["unit"] for line in order["document"]["lines"]] == ["C62", "HUR"], order
        assert order["document"]["lines"][1]["vat"] == {"code": "Z", "rate": "0"}, order

        page.get_by_role("button", name="Modifier la commande").click()
        page.locator("[role=dialog] fieldset").nth(1).get_by_label("Commandé").fill("5")
        page.locator("[role=dialog] fieldset").nth(1).get_by_label("Prix HT").fill("48,50")
        page.get_by_label("Motif, que votre fournisseur lira").fill("Deux heures de plus")
        buyer.look("order-change")
        page.get_by_role("button", name="Publier la modification").click()
        hours = page.locator("table.ordered tbody", has_text="Formation")
        expect(hours.locator("td.num").first).to_have_text("5")
        expect(hours).to_contain_text("48,50")
        page.get_by_role("button", name="Saisir une réception").click()
        page.get_by_label("Numéro de la réception").fill(fresh("REC"))
        page.locator("[role=dialog] fieldset").nth(0).get_by_label("Arrivé").fill("")
        page.locator("[role=dialog] fieldset").nth(1).get_by_label("Arrivé").fill("2,5")
        buyer.look("order-receipt")
        page.get_by_role("button", name="Enregistrer la réception").click()
        expect(hours.locator("td.num").nth(1)).to_have_text("2,5")
        supplier.sign_in(SUPPLIER, mesh.people[SUPPLIER])
        supplier.page.goto(f"{mesh.access.url}/orders?q={number}")
        expect(supplier.page.get_by_role("link", name=number)).to_be_visible()

        buyer.go("/orders/files")
        page.locator("input[type=file]").set_input_files(broken)
        expect(page.locator(".rows")).to_contain_text("1 à revoir")
        buyer.look("order-files")
        buyer.go("/settings/units")
        contact = page.get_by_label("Contact des fournisseurs").first
        contact.fill("achats@brasseries-rhin.example")
        page.get_by_role("button", name="Enregistrer").first.click()
        expect(page.get_by_text("Enregistré")).to_be_visible()
        buyer.look("units")
