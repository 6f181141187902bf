"""A buyer's rules: written and tried by one person, put into force by another, met by a supplier, taken back."""

import pytest
from browser import Visitor, visitor
from playwright.sync_api import Browser, expect

from actors.documents import fresh, order_xml
from actors.mesh import UNIT, Mesh
from actors.rulebooks import out_of_force
from actors.session import Machine
from actors.trade import publish

BUYER, SECOND, SUPPLIER = (f"{name}@demo.navette.example" for name in ("buyer", "second", "supplier"))
SAID = "Appelez-nous au-dessus de 1 000 €."


def limit_of_a_thousand(buyer: Visitor) -> None:
    """An own rule, by field, comparison and value."""
    page = buyer.page
    page.locator("section", has_text="Vos propres règles").get_by_role("button", name="Ajouter").click()
    rule = page.locator("fieldset.own-rule")
    rule.get_by_label("Valeur").fill("1000")
    rule.get_by_label("en français").fill(SAID)
    rule.get_by_label("en anglais").fill("Call us above 1,000 €.")


@pytest.mark.e2e
def test_two_people_put_a_rule_into_force_and_the_supplier_meets_it(window: Browser, mesh: Mesh, erp: Machine) -> None:
    order = fresh("CMD")
    publish(erp, order_xml(order))
    url = mesh.access.url
    with (
        visitor(window, url, "fr", refusals=(404,)) as buyer,
        visitor(window, url, "fr", refusals=(404,)) as second,
        visitor(window, url, "fr") as supplier,
        mesh.person("second") as undone,
    ):
        buyer.sign_in(BUYER, mesh.people[BUYER])
        buyer.go("/rules")
        buyer.look("rules")
        first = buyer.page.locator(".rule-list input[type=checkbox]").first
        for ticked in buyer.page.locator(".rule-list input[type=checkbox]:checked").all():
            ticked.click()
        expect(first).not_to_be_checked()
        for own in buyer.page.locator("fieldset.own-rule").get_by_role("button").all():
            own.click()
        limit_of_a_thousand(buyer)
        buyer.page.get_by_role("button", name="Enregistrer et essayer").press("Enter")
        expect(buyer.page.get_by_text("Un autre administrateur la met en vigueur.")).to_be_visible()
        buyer.look("rules-tried")
        try:
            second.sign_in(SECOND, mesh.people[SECOND])
            second.go("/rules")
            second.page.get_by_role("button", name="Mettre en vigueur", exact=True).click()
            heading = second.page.get_by_role("heading", name="En vigueur", exact=True)
            expect(second.page.locator("section", has=heading)).to_contain_text(SAID)
            second.look("rules-in-force")

            supplier.sign_in(SUPPLIER, mesh.people[SUPPLIER])
            supplier.go(f"/rules/{UNIT}")
            expect(supplier.page.locator("main")).to_contain_text(SAID)
            supplier.look("rules-of-a-customer")
            supplier.page.goto(f"{url}/orders?q={order}")
            supplier.page.get_by_role("link", name=order).press("Enter")
            supplier.page.locator("main button.send:not([data-disabled])").press("Enter")
            supplier.page.locator("#number").fill(fresh("F"))
            expect(supplier.page.locator("main")).to_contain_text(SAID)
            supplier.look("convert-against-a-rule")

            second.page.get_by_role("button", name="Revenir à aucune règle").click()
            second.page.locator("[role=dialog]").get_by_role("button", name="Remettre en vigueur").click()
            expect(second.page.locator("[role=dialog]")).to_have_count(0)
            expect(second.page.get_by_text("Aucune règle propre")).to_be_visible()
        finally:
            if undone.get(f"/v1/rulebooks/{UNIT}")["rules"]:
                out_of_force(undone)
