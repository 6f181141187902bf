"""Signing in: by mail, by message to a phone, by application, by a spare code that works once; and wrong codes."""

import pytest
from browser import Visitor, visitor
from newcomers import Newcomer, code_of, is_there, signs_in, signs_out
from playwright.sync_api import Browser, Locator, expect

from actors.caught_mail import Mailbox
from actors.mesh import Mesh

PHONE = "+33612345678"
CODE = "input[autocomplete=one-time-code]"
WRONG_TRIES = 5


def gives_password(someone: Visitor, newcomer: Newcomer) -> None:
    """The first step, by keyboard alone; the password is pasted, as managers do."""
    page = someone.page
    someone.go("/")
    page.keyboard.type(newcomer.email)
    page.keyboard.press("Tab")
    page.evaluate(
        """text => document.activeElement.dispatchEvent(
          Object.assign(new ClipboardEvent('paste', {bubbles: true, cancelable: true})))
          && document.execCommand('insertText', false, text)""",
        newcomer.password,
    )
    page.keyboard.press("Enter")
    page.locator(CODE).wait_for()


def way(someone: Visitor, name: str) -> Locator:
    """One of the ways to get a code."""
    return someone.page.locator(".ways label", has_text=name)


def adds(someone: Visitor, newcomer: Newcomer, kind: str) -> None:
    """Begin to add a second factor under security."""
    page = someone.page
    someone.go("/settings/security")
    page.get_by_role("button", name="Ajouter", exact=False).first.click()
    dialog = page.locator("[role=dialog]")
    dialog.locator(".ways label", has_text=kind).click()
    if kind == "SMS":
        dialog.locator("input[type=tel]").fill(PHONE)
    dialog.locator("input[type=password]").fill(newcomer.password)
    page.keyboard.press("Enter")


@pytest.mark.e2e
def test_each_way_lets_in_and_a_wrong_code_soon_no_more(window: Browser, mesh: Mesh) -> None:
    newcomer = Newcomer.fresh()
    mailbox = is_there(mesh, newcomer)
    phone = Mailbox(mesh, f"{PHONE.removeprefix('+')}@sms.navette.example")
    with visitor(window, mesh.access.url, "fr", width=390) as someone:
        page = someone.page
        signs_in(someone, mailbox, newcomer.password)
        page.wait_for_selector(".shell")

        adds(someone, newcomer, "Application")
        seed = page.locator(".seed-code").inner_text()
        page.locator(CODE).fill(code_of(seed))
        page.keyboard.press("Enter")
        spare = page.locator(".recovery-codes code").first.inner_text()
        page.locator("[role=dialog] input[type=checkbox]").check()
        page.locator("[role=dialog] button.mantine-Button-root").last.click()
        adds(someone, newcomer, "SMS")
        page.locator(CODE).fill(phone.code())
        someone.look("protect-phone")
        page.keyboard.press("Enter")
        expect(page.locator("[role=dialog]")).to_have_count(0)
        someone.look("factors")

        for chosen, code in (("SMS", phone.code), ("Code de secours", lambda: spare)):
            signs_out(someone)
            gives_password(someone, newcomer)
            way(someone, chosen).click()
            page.locator(CODE).fill(code())
            page.keyboard.press("Enter")
            page.wait_for_selector(".shell")

        signs_out(someone)
        gives_password(someone, newcomer)
        way(someone, "Code de secours").click()
        page.locator(CODE).fill(spare)
        page.keyboard.press("Enter")
        alert = page.locator("main [role=alert]")
        expect(alert).to_contain_text("déjà utilisé")
        way(someone, "Application").click()
        for _ in range(WRONG_TRIES):
            page.locator(CODE).fill("000000")
            page.keyboard.press("Enter")
            expect(page.get_by_role("button", name="Entrer")).to_be_enabled()
        expect(alert).to_contain_text("recommencez par le mot de passe")
        someone.look("second-over")
