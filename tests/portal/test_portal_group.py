"""A group lists an entity that agrees, and a supplier asks its units at once; a unit says who answers for what price."""

import pytest
from browser import visitor
from playwright.sync_api import Browser, expect

from actors.documents import fresh
from actors.mesh import BUYER as BUYER_COMPANY
from actors.mesh import Mesh
from actors.session import Person

BUYER, SUPPLIER, ENTITY = "buyer@demo.navette.example", "supplier@demo.navette.example", "outsider@tests.navette.example"
LISTED = "Quincaillerie Lointaine"


def _alone(buyer: Person) -> None:
    """The demo's buyer is of no group, whatever was tried before."""
    path = f"/v1/companies/{BUYER_COMPANY}/group"
    for link in buyer.get(path):
        buyer.ask("DELETE", f"{path}/{link['id']}", 204)


@pytest.mark.e2e
def test_a_group_is_listed_agreed_to_and_chosen_from(window: Browser, mesh: Mesh) -> None:
    with mesh.person("buyer") as buyer, mesh.person("outsider") as entity:
        _alone(buyer)
        unit = entity.ask("POST", "/v1/units", 201, json={"name": fresh("Rayon")})
        try:
            with visitor(window, mesh.access.url, "fr") as head:
                head.sign_in(BUYER, mesh.people[BUYER])
                head.go("/settings/units")
                head.page.get_by_label("Ajouter une entité", exact=True).fill("lointaine")
                head.page.get_by_role("button", name=f"Demander {LISTED}").click()
                expect(head.page.get_by_text(f"Demande envoyée à {LISTED}")).to_be_visible()
                expect(head.page.locator(".rows li", has_text=LISTED)).to_contain_text("attend une réponse")
                head.look("group")
            with visitor(window, mesh.access.url, "fr") as listed:
                listed.sign_in(ENTITY, mesh.people[ENTITY])
                listed.go("/settings/units")
                listed.look("group-asked")
                listed.page.get_by_role("button", name="Accepter").click()
                expect(listed.page.get_by_text("Votre société est dans la liste de Brasseries du Rhin")).to_be_visible()
            with visitor(window, mesh.access.url, "fr") as chooser:
                chooser.sign_in(SUPPLIER, mesh.people[SUPPLIER])
                chooser.go("/partners/find")
                chooser.page.get_by_label("Raison sociale ou numéro").fill("brasseries du rhin")
                chooser.page.get_by_role("button", name="Choisir dans le groupe de Brasseries du Rhin").click()
                dialog = chooser.page.locator("[role=dialog]")
                expect(dialog.get_by_role("checkbox", name="Achats").first).to_be_disabled()
                dialog.get_by_role("checkbox", name=unit["name"]).check()
                chooser.look("group-choose")
                dialog.get_by_role("button", name="Demander 1 entité").click()
                expect(chooser.page.get_by_text("1 demande envoyée.")).to_be_visible()
            asked = [each for each in entity.get("/v1/connections")["items"] if each["unit_id"] == unit["id"]]
            assert [each["status"] for each in asked] == ["requested"]
        finally:
            _alone(buyer)


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
