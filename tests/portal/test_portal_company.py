"""A company keeps its own data: a wrong IBAN is told at its field, each change stays to be read, the logo is shown."""

import pytest
from browser import visitor
from newcomers import Newcomer, activates, registers, signs_in
from playwright.sync_api import Browser, expect

from actors.caught_mail import Mailbox
from actors.mesh import Mesh

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6364f8cf500f00038601805a347d6b"
    "0000000049454e44ae426082"
)


@pytest.mark.e2e
def test_a_company_keeps_its_accounts_contacts_and_logo(window: Browser, mesh: Mesh) -> None:
    newcomer = Newcomer.fresh()
    mailbox = Mailbox(mesh, newcomer.email)
    with visitor(window, mesh.access.url, "fr", width=390, refusals=(422,)) as someone:
        page = someone.page
        registers(someone, newcomer)
        activates(someone, mailbox.link("/activation#"), newcomer.password)
        signs_in(someone, mailbox, newcomer.password)
        page.wait_for_selector(".shell")
        someone.go("/settings/company")
        page.locator("section", has_text="Comptes bancaires").get_by_role("button").click()
        dialog = page.locator("[role=dialog]")
        dialog.locator("[data-path=label]").fill("Courant")
        dialog.locator("[data-path=iban]").fill("FR76 3000 6000 0112 3456 7890 188")
        page.keyboard.press("Enter")
        expect(dialog.locator("[data-path=iban][data-error]")).to_be_visible()
        someone.look("iban-wrong")
        dialog.locator("[data-path=iban]").fill("FR76 3000 6000 0112 3456 7890 189")
        page.keyboard.press("Enter")
        expect(page.locator(".rows")).to_contain_text(["FR76 3000"])
        page.set_input_files("input[type=file]", files=[{"name": "logo.png", "mimeType": "image/png", "buffer": PIXEL}])
        expect(page.locator(".logo-paper img")).to_be_visible()
        page.locator("[data-path='address.city']").fill("Brest")
        page.locator("main form button[type=submit]").first.click()
        expect(page.locator(".mantine-Notification-root")).to_be_visible()
        page.locator("details.question summary").click()
        someone.look("company-kept")
        page.reload()
        expect(page.locator("[data-path='address.city']")).to_have_value("Brest")
