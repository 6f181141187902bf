"""A buyer brings its suppliers by a file and one by one, a supplier its customers: mails, funnel, consent."""

from pathlib import Path

import pytest
from browser import Visitor, visitor
from newcomers import Newcomer, activates
from playwright.sync_api import Browser, expect

from actors.caught_mail import Mailbox
from actors.documents import fresh
from actors.mesh import Mesh

BUYER, SUPPLIER = (f"{name}@demo.navette.example" for name in ("buyer", "supplier"))
GOOD, BAD = 93, 7
HEADER = "name;vat;siret;address;postcode;city;first_name;last_name;email"


def line(newcomer: Newcomer, email: str = "") -> str:
    """A newcomer's line of the file."""
    cells = (newcomer.name, newcomer.vat_id, newcomer.siret, "4 rue du Port", "29000", "Quimper", "Maëlle", "Kerbrat")
    return ";".join((*cells, email or newcomer.email))


def keys_in(someone: Visitor, newcomer: Newcomer) -> None:
    """The form for one entity."""
    page = someone.page
    page.locator("[data-path=name]").fill(newcomer.name)
    page.locator("[data-path=vat]").fill(newcomer.vat_id)
    page.locator("[data-path=siret]").fill(newcomer.siret)
    for field, value in (("address", "4 rue du Port"), ("postcode", "29000"), ("city", "Quimper")):
        page.locator(f"[data-path={field}]").fill(value)
    page.locator("[data-path=first_name]").fill("Maëlle")
    page.locator("[data-path=last_name]").fill("Kerbrat")
    page.locator("[data-path=email]").fill(newcomer.email)


@pytest.mark.e2e
def test_a_campaign_is_followed_from_the_file_to_the_account(window: Browser, mesh: Mesh, tmp_path: Path) -> None:
    joins, waits, *others = (Newcomer.fresh() for _ in range(GOOD))
    wrong = [Newcomer.fresh() for _ in range(BAD)]
    name = fresh("Campagne")
    file = tmp_path / "fournisseurs.csv"
    rows = [line(each) for each in (joins, waits, *others)] + [line(each, "nobody") for each in wrong]
    file.write_text("\r\n".join((HEADER, *rows)), encoding="utf-8")
    url = mesh.access.url
    with visitor(window, url, "fr") as buyer, visitor(window, url, "fr", width=390) as supplier:
        buyer.sign_in(BUYER, mesh.people[BUYER])
        buyer.go("/partners/bring")
        buyer.page.get_by_label("Nom de la campagne").fill(name)
        buyer.page.locator("input[type=file]").set_input_files(file)
        expect(buyer.page.locator("[role=status] .notice")).to_contain_text(f"{GOOD} invitations")
        campaign = buyer.page.locator(".campaign", has_text=name)
        expect(campaign).to_contain_text(f"{BAD} lignes à revoir")
        errors = buyer.page.context.request.get(url + str(campaign.get_by_role("link").get_attribute("href")))
        assert errors.text().splitlines() == [
            "line;field;reason",
            *(f"{GOOD + 2 + n};email;NO_ADDRESS" for n in range(BAD)),
        ]
        buyer.look("campaign")

        activates(supplier, Mailbox(mesh, joins.email).link("/activation#"), joins.password)
        Mailbox(mesh, waits.email).link("/activation#")
        buyer.go("/partners/bring")
        expect(campaign.locator(".funnel dd")).to_have_text([str(each) for each in (GOOD, 1, 1, 1, 0)])
        campaign.get_by_role("button").click()
        expect(buyer.page.get_by_text("Personne à relancer")).to_be_visible()
        buyer.page.get_by_role("button", name="En afficher plus").click()
        expect(buyer.page.locator("tr", has_text=joins.name)).to_contain_text("Accepté")
        buyer.go("/partners")
        expect(buyer.page.locator("tr", has_text=joins.name)).to_be_visible()


@pytest.mark.e2e
def test_a_customer_agrees_by_the_link_of_its_mail(window: Browser, mesh: Mesh) -> None:
    customer, refuses = Newcomer.fresh(), Newcomer.fresh()
    url = mesh.access.url
    with visitor(window, url, "fr", refusals=(422,)) as supplier, visitor(window, url, "fr", width=390) as other:
        supplier.sign_in(SUPPLIER, mesh.people[SUPPLIER])
        supplier.go("/partners/bring")
        supplier.page.locator("[data-path=name]").fill(customer.name)
        supplier.page.locator("[data-path=email]").press("Enter")
        expect(supplier.page.get_by_text("Manque.").first).to_be_visible()
        supplier.look("add-customer-refused")
        for each in (customer, refuses):
            keys_in(supplier, each)
            supplier.page.locator("[data-path=email]").press("Enter")
            expect(supplier.page.locator("tr", has_text=each.name)).to_contain_text("Invité")
        keys_in(supplier, customer)
        supplier.page.locator("[data-path=email]").press("Enter")
        expect(supplier.page.get_by_text("Vous l’avez déjà ajouté.")).to_be_visible()
        supplier.look("add-customer")

        other.page.goto(Mailbox(mesh, customer.email).link("/activation#"))
        expect(other.page.locator("main, body").first).to_contain_text("Ateliers Kœnig")
        other.page.locator("input[type=password]").fill(customer.password)
        for box in other.page.locator("input[type=checkbox]").all():
            box.check()
        other.look("consent")
        other.page.locator("main button[type=submit], form button[type=submit]").first.click()
        expect(other.page.get_by_text("Votre accord est enregistré")).to_be_visible()
        other.go("/")
        other.page.goto(Mailbox(mesh, refuses.email).link("/activation#"))
        other.page.get_by_role("button", name="Refuser, rester au papier").click()
        expect(other.page.get_by_text("Votre refus est enregistré")).to_be_visible()

        supplier.go("/partners/bring")
        agreed = supplier.page.locator("tr", has_text=customer.name)
        expect(agreed).to_contain_text("Accepté")
        assert "text_sha256" in str(agreed.get_by_role("link").get_attribute("href"))
        expect(supplier.page.locator("tr", has_text=refuses.name)).to_contain_text("Refusé")
        supplier.look("customers-added")
