"""A supplier arrives: registers, opens the link of the mail, accepts the terms, and protects the access."""

import pytest
from browser import Language, visitor
from newcomers import (
    Newcomer,
    activates,
    code_of,
    registers,
    signs_in,
    signs_out,
    wants_strong_factors,
    with_a_fingerprint,
)
from playwright.sync_api import Browser, expect

from actors.caught_mail import Mailbox
from actors.mesh import Mesh


@pytest.mark.e2e
@pytest.mark.parametrize(("language", "width", "dark"), [("fr", 1440, False), ("en", 320, True)])
def test_a_company_registers_itself_and_protects_its_access(
    window: Browser, mesh: Mesh, language: Language, width: int, dark: bool
) -> None:
    newcomer = Newcomer.fresh()
    mailbox = Mailbox(mesh, newcomer.email)
    with visitor(window, mesh.access.url, language, width=width, dark=dark) as someone:
        page = someone.page
        someone.go("/register")
        someone.look("register")
        registers(someone, newcomer)
        expect(page.locator("[role=status] .ahead")).to_be_visible()
        someone.look("registered")

        link = mailbox.link("/activation#")
        page.goto(link)
        page.locator(".terms p:not(:empty)").wait_for()
        page.locator("main button[type=submit]").click()
        expect(page.locator("[data-error], .mantine-Checkbox-error").first).to_be_visible()
        someone.look("activation-terms")
        page.goto("about:blank")
        activates(someone, link, newcomer.password)
        someone.look("activated")

        signs_in(someone, mailbox, newcomer.password)
        page.wait_for_selector(".shell")
        someone.look("first-home")

        wants_strong_factors(someone, mesh)
        signs_out(someone)
        signs_in(someone, mailbox, newcomer.password)
        page.locator(".ways.two-wide").wait_for()
        someone.look("protect")
        by_application = language == "fr"
        if by_application:
            page.locator("main input[type=password]").fill(newcomer.password)
            page.keyboard.press("Enter")
            seed = page.locator(".seed-code").inner_text()
            someone.look("protect-application")
            page.locator("input[autocomplete=one-time-code]").fill(code_of(seed))
            page.keyboard.press("Enter")
        else:
            with_a_fingerprint(someone)
            page.locator(".ways label").nth(1).click()
            page.locator("main input[type=password]").fill(newcomer.password)
            page.keyboard.press("Enter")
            page.locator("main form button.mantine-Button-root").click()
        page.locator(".recovery-codes").wait_for()
        spare = page.locator(".recovery-codes code").first.inner_text()
        someone.look("recovery-codes")
        page.locator("main input[type=checkbox]").check()
        page.locator("main button.mantine-Button-root").last.click()
        page.wait_for_selector(".shell")

        signs_out(someone)
        someone.go("/")
        page.locator("input[type=email]").fill(newcomer.email)
        page.locator("input[type=password]").fill(newcomer.password)
        page.keyboard.press("Enter")
        page.locator("main .ways").wait_for()
        if by_application:
            code = page.locator("input[autocomplete=one-time-code]")
            code.fill("000000")
            page.keyboard.press("Enter")
            expect(page.locator("main [role=alert]")).to_contain_text("Ce code est faux")
            someone.look("second-wrong")
            page.locator(".ways label", has_text="Code de secours").click()
            code.fill(spare)
            page.keyboard.press("Enter")
        else:
            someone.look("second-passkey")
            page.locator("main form button.mantine-Button-root").click()
        page.wait_for_selector(".shell")


@pytest.mark.e2e
def test_a_company_that_is_there_is_asked_for_access(window: Browser, mesh: Mesh) -> None:
    newcomer = Newcomer.fresh()
    mailbox = Mailbox(mesh, newcomer.email)
    colleague = Newcomer(newcomer.name, newcomer.siren, newcomer.vat_id, f"second.{newcomer.email}", newcomer.password)
    with visitor(window, mesh.access.url, "fr", width=390, refusals=(409,)) as someone:
        registers(someone, newcomer)
        activates(someone, mailbox.link("/activation#"), newcomer.password)
        registers(someone, colleague)
        someone.page.locator("textarea[data-path]").fill("Je tiens la comptabilité.")
        someone.look("access")
        someone.page.locator("main button[type=submit]").click()
        expect(someone.page.locator("main [role=status]")).to_be_visible()
        someone.look("access-asked")
        mailbox.link("/settings/users")
        signs_in(someone, mailbox, newcomer.password)
        someone.page.wait_for_selector(".shell")
        someone.go("/settings/users")
        someone.look("access-requests")
        someone.page.get_by_role("button", name="Laisser entrer Maëlle Kerbrat").click()
        expect(someone.page.locator("tbody tr")).to_have_count(2)
        signs_out(someone)
        asked = Mailbox(mesh, colleague.email)
        activates(someone, asked.link("/activation#"), colleague.password)
        signs_in(someone, asked, colleague.password)
        someone.page.wait_for_selector(".shell")


@pytest.mark.e2e
def test_a_forgotten_password_is_chosen_anew(window: Browser, mesh: Mesh) -> None:
    newcomer = Newcomer.fresh()
    mailbox = Mailbox(mesh, newcomer.email)
    with visitor(window, mesh.access.url, "fr", width=390, refusals=(410,)) as someone:
        page = someone.page
        registers(someone, newcomer)
        first = mailbox.link("/activation#")
        activates(someone, first, newcomer.password)
        page.goto("about:blank")
        page.goto(first)
        expect(page.locator("main")).to_contain_text("il a servi, ou son délai est passé")
        page.get_by_role("link", name="Un nouveau lien").click()
        someone.look("forgotten")
        said: list[str] = []
        for address in (f"nobody.{newcomer.email}", newcomer.email):
            someone.go("/password")
            page.locator("input[type=email]").fill(address)
            page.keyboard.press("Enter")
            expect(page.locator("h1")).to_have_text("Regardez votre boîte")
            said.append(page.locator("main").inner_text())
        assert said[0] == said[1], "the page tells who has an account"
        link = mailbox.link("/activation#")
        someone.look("forgotten-sent")
        chosen = f"{newcomer.password}-anew"
        page.goto(link)
        page.locator("input[type=password]").wait_for()
        someone.look("new-password")
        page.goto("about:blank")
        activates(someone, link, chosen)
        page.goto("about:blank")
        page.goto(link)
        expect(page.locator("main [role=alert]")).to_be_visible()
        someone.look("link-over")
        signs_in(someone, mailbox, chosen)
        page.wait_for_selector(".shell")


@pytest.mark.e2e
def test_support_is_asked_without_signing_in(window: Browser, mesh: Mesh) -> None:
    newcomer = Newcomer.fresh()
    with visitor(window, mesh.access.url, "en", width=390) as someone:
        page = someone.page
        someone.go("/support")
        page.locator("[data-path=name]").fill("Maëlle Kerbrat")
        page.locator("[data-path=email]").fill(newcomer.email)
        page.locator("[data-path=subject]").fill("The administrator has left")
        page.locator("textarea[data-path]").fill("Nobody can let me in.")
        someone.look("support")
        page.locator("main button[type=submit]").click()
        expect(page.locator("main [role=status]")).to_be_visible()
        someone.look("support-sent")
        Mailbox(mesh, newcomer.email).link("/tickets")
