"""Who comes by a personal link finds it filled in; natural persons; a partner's proposal of a contact is decided."""

import secrets
from typing import Any

import pytest
from browser import Visitor, visitor
from newcomers import Newcomer, activates, connected, is_there, signs_in
from playwright.sync_api import Browser, expect
from stdnum.fr import nif

from actors.caught_mail import Mailbox
from actors.documents import fresh
from actors.mesh import UNIT, Mesh

BUYER, SUPPLIER = (f"{name}@demo.navette.example" for name in ("buyer", "supplier"))


def asks(someone: Visitor, path: str, content: dict[str, Any]) -> None:
    """The same as a screen asks, for what another test shows on its screen."""
    answer = someone.page.context.request.post(
        f"{someone.url}{path}",
        data=content,
        headers={"origin": someone.url, "idempotency-key": fresh("ask")},
    )
    assert answer.ok, answer.text()


@pytest.mark.e2e
def test_a_personal_link_is_filled_in_and_corrected_by_the_companys_own_people(window: Browser, mesh: Mesh) -> None:
    newcomer = Newcomer.fresh()
    mailbox = Mailbox(mesh, newcomer.email)
    url = mesh.access.url
    with visitor(window, url, "fr") as buyer, visitor(window, url, "fr", width=390) as someone:
        buyer.sign_in(BUYER, mesh.people[BUYER])
        asks(buyer, "/v1/invitations", {"side": "supplier", "unit_id": str(UNIT), "entity": newcomer.entity})
        page = someone.page
        page.goto(mailbox.link("/activation#"))
        for field, given in (
            ("company.legal_name", newcomer.name),
            ("company.vat_id", newcomer.vat_id),
            ("company.legal_id", newcomer.siret),
            ("company.address.line_one", "4 rue du Port"),
            ("company.address.postal_code", "29000"),
            ("company.address.city", "Quimper"),
            ("name", "Maëlle Kerbrat"),
        ):
            expect(page.locator(f"[data-path='{field}']")).to_have_value(given)
        someone.look("personal-link")
        page.locator("[data-path='company.address.line_one']").fill("6 quai du Steir")
        page.locator("[data-path=name]").fill("Maëlle Le Goff")
        page.locator("input[type=password]").fill(newcomer.password)
        page.locator("input[type=checkbox]").check()
        page.locator("main button[type=submit]").click()
        expect(page.locator("[role=status] a[href='/']")).to_be_visible()
        signs_in(someone, mailbox, newcomer.password)
        page.wait_for_selector(".shell")
        someone.go("/settings/company")
        expect(page.locator("[data-path='address.line_one']")).to_have_value("6 quai du Steir")
        buyer.go("/partners")
        expect(buyer.page.locator("tr", has_text=newcomer.name)).to_contain_text("Reliés")


@pytest.mark.e2e
def test_a_natural_person_agrees_by_a_link_that_never_shows_their_number(window: Browser, mesh: Mesh) -> None:
    newcomer = Newcomer.fresh()
    digits = f"{secrets.randbelow(3)}{secrets.randbelow(10**9):09d}"
    number = digits + nif.calc_check_digits(digits)
    masked = f"••••••{number[-2:]}"
    url = mesh.access.url
    with visitor(window, url, "fr", refusals=(422,)) as supplier, visitor(window, url, "fr", width=390) as someone:
        supplier.sign_in(SUPPLIER, mesh.people[SUPPLIER])
        supplier.go("/partners/bring")
        page = supplier.page
        page.locator("[data-path=kind]").select_option("person")
        for field, value in newcomer.entity.items():
            if field not in ("vat", "siret"):
                page.locator(f"[data-path={field}]").fill(value)
        page.locator("[data-path=email]").press("Enter")
        expect(page.get_by_text("Donnez le numéro national ou votre n° de client.")).to_be_visible()
        page.locator("[data-path=national_number]").fill(number)
        supplier.look("add-person")
        page.locator("[data-path=email]").press("Enter")
        row = page.locator("tr", has_text=newcomer.name)
        expect(row).to_contain_text(masked)
        assert number not in page.content()

        theirs = someone.page
        theirs.goto(Mailbox(mesh, newcomer.email).link("/activation#"))
        expect(theirs.get_by_label("Numéro national")).to_have_value(masked)
        expect(theirs.locator("[data-path='company.legal_name']")).not_to_be_editable()
        assert number not in theirs.content()
        someone.look("consent-person")
        theirs.locator("input[type=password]").fill(newcomer.password)
        for box in theirs.locator("input[type=checkbox]").all():
            box.check()
        theirs.locator("form button[type=submit]").first.click()
        expect(theirs.get_by_text("Votre accord est enregistré")).to_be_visible()
        supplier.go("/partners")
        page.locator("tr", has_text=newcomer.name).get_by_role("button").click()
        dialog = page.locator("[role=dialog]")
        proof = str(dialog.get_by_role("link", name="Télécharger").get_attribute("href"))
        assert "text_sha256" in proof and number not in proof
        dialog.get_by_label("Langue de ce client").select_option("de")
        supplier.look("partner-language")
        page.reload()
        page.locator("tr", has_text=newcomer.name).get_by_role("button").click()
        expect(dialog.get_by_label("Langue de ce client")).to_have_value("de")


@pytest.mark.e2e
def test_an_administrator_accepts_one_proposed_contact_and_refuses_another(window: Browser, mesh: Mesh) -> None:
    newcomer = Newcomer.fresh()
    mailbox = is_there(mesh, newcomer)
    wanted, unknown = Mailbox(mesh, f"paul.{newcomer.email}"), f"zoe.{newcomer.email}"
    of_buyer = Mailbox(mesh, BUYER)
    url = mesh.access.url
    with visitor(window, url, "fr", width=390) as theirs, visitor(window, url, "fr") as buyer:
        signs_in(theirs, mailbox, newcomer.password)
        page = theirs.page
        page.wait_for_selector(".shell")
        buyer.sign_in(BUYER, mesh.people[BUYER])
        with mesh.person("buyer") as accepts:
            connected(theirs, UNIT, accepts)
        buyer.go("/partners")
        row = buyer.page.locator("tr", has_text=newcomer.name)
        row.get_by_role("button").click()
        contacts = buyer.page.get_by_role("region", name="Contacts")
        contacts.locator("summary").click()
        for name, address in (("Paul Le Goff", wanted.address), ("Zoé Inconnue", unknown)):
            contacts.locator("[data-path=name]").fill(name)
            contacts.locator("[data-path=email]").fill(address)
            contacts.get_by_role("button", name="Proposer", exact=True).click()
            expect(contacts).to_contain_text(address)

        theirs.go("/settings/users")
        expect(page.locator("main")).to_contain_text("Proposé par Brasseries du Rhin SA comme contact principal")
        theirs.look("contact-proposals")
        page.get_by_role("button", name="Refuser Zoé Inconnue").click()
        expect(page.get_by_text("Zoé Inconnue")).to_have_count(0)
        page.get_by_role("button", name="Nommer administrateur Paul Le Goff").click()
        expect(page.locator("tbody tr")).to_have_count(2)
        of_buyer.subject(f"{newcomer.name} garde ses interlocuteurs")
        of_buyer.subject(f"{newcomer.name} accepte Paul Le Goff")
        assert Mailbox(mesh, unknown).says("", "") is False, "who was refused is told nothing"

        buyer.page.reload()
        row.get_by_role("button").click()
        contacts.locator("summary").click()
        expect(contacts.locator("li", has_text=wanted.address).last).to_contain_text("acceptée")
        expect(contacts.locator("li", has_text=unknown)).to_contain_text("refusée")
        theirs.page.context.clear_cookies()
        activates(theirs, wanted.link("/activation#"), newcomer.password)
        signs_in(theirs, wanted, newcomer.password)
        page.wait_for_selector(".shell")
        theirs.go("/settings/users")
        expect(page.locator("tr", has_text="(vous)")).to_contain_text("Administration")
