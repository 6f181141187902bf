"""A group lists an entity that agrees, and a supplier asks its units at once; a unit says who answers at what price."""

import pytest
from browser import visitor
from playwright.sync_api import Browser, expect

from actors.caught_mail import Mailbox
from actors.documents import fresh
from actors.mesh import BUYER as BUYER_COMPANY
from actors.mesh import Mesh
from actors.newcomers import entity, new_email, registered, signed_in
from actors.session import Person

BUYER, SUPPLIER = "buyer@demo.navette.example", "supplier@demo.navette.example"


def _alone(buyer: Person) -> None:
    """The demo's buyer is of no group, whatever was tried before."""
    path = f"/v1/companies/{BUYER_COMPANY}/group"
    for link in buyer.get(path):
        buyer.ask("DELETE", f"{path}/{link['id']}", 204)


def _buying(person: Person, company: str) -> str:
    """A newcomer that buys too, with a unit; the unit's name."""
    own = f"/v1/companies/{company}"
    version = person.send("GET", own).headers["etag"]
    person.ask("PATCH", own, 200, json={"buyer": True}, headers={"if-match": version})
    return str(person.ask("POST", "/v1/units", 201, json={"name": fresh("Rayon")})["name"])


@pytest.mark.e2e
def test_a_group_lists_an_entity_that_agreed_and_is_chosen_from(window: Browser, mesh: Mesh) -> None:
    mailbox = Mailbox(mesh, new_email())
    listed = entity(fresh("Malterie"), mailbox.address)
    company = registered(mesh, mailbox, listed)
    with mesh.person("buyer") as buyer, signed_in(mesh, mailbox) as newcomer:
        _alone(buyer)
        unit = _buying(newcomer, company)
        try:
            with visitor(window, mesh.access.url, "fr") as head:
                head.sign_in(BUYER, mesh.people[BUYER])
                head.go("/settings/units")
                head.page.get_by_label("Ajouter une société au groupe").fill(listed["name"])
                head.page.get_by_role("button", name=f"Demander {listed['name']}").click()
                expect(head.page.get_by_text(f"Demande envoyée à {listed['name']}")).to_be_visible()
                expect(head.page.locator(".rows li", has_text=listed["name"])).to_contain_text("attend une réponse")
                head.look("group")
            path = f"/v1/companies/{company}/group"
            newcomer.ask("POST", f"{path}/{newcomer.get(path)[0]['id']}/agree", 204)
            with visitor(window, mesh.access.url, "fr") as chooser:
                chooser.sign_in(SUPPLIER, mesh.people[SUPPLIER])
                chooser.go("/partners/find")
                chooser.page.get_by_label("Raison sociale ou numéro").fill("brasseries du rhin")
                chooser.page.get_by_role("button", name="Choisir dans le groupe de Brasseries du Rhin").click()
                dialog = chooser.page.locator("[role=dialog]")
                expect(dialog.get_by_role("checkbox", name="Achats").first).to_be_disabled()
                dialog.get_by_role("checkbox", name=unit).check()
                chooser.look("group-choose")
                dialog.get_by_role("button", name="Demander 1 entité").click()
                expect(chooser.page.get_by_text("1 demande envoyée.")).to_be_visible()
            asked = newcomer.get("/v1/connections")["items"]
            assert [(each["unit_name"], each["status"]) for each in asked] == [(unit, "requested")]
        finally:
            _alone(buyer)


@pytest.mark.e2e
def test_an_entity_is_asked_agrees_and_leaves(window: Browser, mesh: Mesh) -> None:
    with mesh.person("buyer") as buyer, mesh.person("outsider") as head:
        _alone(buyer)
        own = f"/v1/companies/{head.whoami['companies'][0]['id']}/group"
        head.ask("POST", own, 201, json={"entity_id": str(BUYER_COMPANY)})
        with visitor(window, mesh.access.url, "fr") as someone:
            page = someone.page
            someone.sign_in(BUYER, mesh.people[BUYER])
            someone.go("/settings/units")
            expect(page.get_by_text("compte votre société parmi les entités de son groupe")).to_be_visible()
            someone.look("group-asked")
            page.get_by_role("button", name="Accepter").click()
            expect(page.get_by_text("Votre société est dans la liste de Quincaillerie Lointaine")).to_be_visible()
            page.get_by_role("button", name="Quitter le groupe").click()
            page.locator("[role=dialog]").get_by_role("button", name="Quitter le groupe").click()
            expect(page.get_by_text("Votre société est dans la liste")).to_have_count(0)
        assert head.get(own) == []


@pytest.mark.e2e
def test_a_unit_says_which_transactions_it_pays_for_and_its_changes_are_seen(window: Browser, mesh: Mesh) -> None:
    with mesh.person("buyer") as buyer:
        unit = buyer.ask("POST", "/v1/units", 201, json={"name": fresh("Atelier")})
        try:
            with visitor(window, mesh.access.url, "fr") as someone:
                someone.sign_in(BUYER, mesh.people[BUYER])
                someone.go("/settings/units")
                panel = someone.page.locator("section.panel", has_text=unit["name"])
                panel.get_by_label("Contact fiscalité et archive").fill("conformite@rhin.example")
                panel.get_by_label("Quand il répond").fill("8 h – 12 h")
                panel.get_by_label("Ce que coûte une question").fill("gratuit")
                panel.get_by_label("Déposées en fichier").check()
                panel.get_by_role("button", name="Enregistrer").click()
                panel.get_by_text("Historique des réglages").click()
                expect(panel.locator("details")).to_contain_text("Ce que coûte une question : gratuit")
            kept = next(each for each in buyer.get("/v1/units") if each["id"] == unit["id"])
            assert kept["settings"]["pays_channels"] == ["upload"]
            assert kept["settings"]["compliance_contact"] == "conformite@rhin.example"
        finally:
            now = next(each for each in buyer.get("/v1/units") if each["id"] == unit["id"])
            closed = {"if-match": f'"v{now["version"]}"'}
            buyer.ask("PATCH", f"/v1/units/{unit['id']}", 200, json={"active": False}, headers=closed)
