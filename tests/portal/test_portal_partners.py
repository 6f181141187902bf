"""Two companies find each other: asked for, accepted, ready to transact; people are invited and given rights."""

import pytest
from browser import visitor
from newcomers import Newcomer, activates, registers, signs_in
from playwright.sync_api import Browser, expect

from actors.caught_mail import Mailbox
from actors.mesh import Mesh

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
        buyer.page.locator("[role=dialog] [data-path=contact]").fill("Inès Rolland, 03 88 00 00 00")
        buyer.look("notify-ready")
        buyer.page.locator("[role=dialog] button[type=submit]").first.click()
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
    with visitor(window, url, "fr") as first, visitor(window, url, "fr", width=390, dark=True) as second:
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
        second.go("/settings/security")
        second.look("security")

        first.go("/settings/users")
        first.page.locator("tr", has_text="Paul").get_by_role("button").click()
        first.look("person")
        dialog = first.page.locator("[role=dialog]")
        dialog.locator("button[type=submit] ~ button").first.click()
        first.look("person-hand-over")
        dialog.locator("form button.mantine-Button-root").first.click()
        expect(first.page.locator("tbody button")).to_have_count(0)
        second.go("/settings/users")
        expect(second.page.locator("tbody button").first).to_be_visible()
