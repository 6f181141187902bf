"""A company goes up a level, which is paid at once, and says that it goes down when the term is over."""

import pytest
from browser import visitor
from newcomers import Newcomer, is_there, signs_in
from playwright.sync_api import Browser, expect

from actors.mesh import Mesh
from actors.waiting import eventually


@pytest.mark.e2e
def test_up_is_paid_and_counts_at_once_and_down_waits_for_the_end_of_the_term(window: Browser, mesh: Mesh) -> None:
    newcomer = Newcomer.fresh()
    mailbox = is_there(mesh, newcomer)
    with visitor(window, mesh.access.url, "fr") as someone:
        page, dialog = someone.page, someone.page.locator("[role=dialog]")
        signs_in(someone, mailbox, newcomer.password)
        page.wait_for_selector(".shell")

        def left() -> int:
            return page.context.request.get(f"{mesh.access.url}/v1/invoices/balance").json()["left"]

        eventually("the free ones of the first month", lambda: left() == 10)
        someone.go("/settings/plan")
        level = page.locator("li", has_text="Premium")
        expect(level).to_contain_text("archivage dix ans compris")
        page.get_by_role("button", name="Passer à ce niveau Plus").click()
        expect(dialog).to_contain_text("240,00 €")
        someone.look("level-up")
        dialog.get_by_role("button", name="Passer à ce niveau").click()
        expect(page.get_by_text("Payé : vous êtes à ce niveau.")).to_be_visible()
        expect(page.locator("li", has_text="100 factures offertes")).to_contain_text("votre niveau, reconduit le")
        eventually("as many more as the level gives", lambda: left() == 100)
        page.get_by_role("button", name="Revenir à ce niveau Essentiel").click()
        dialog.get_by_role("button", name="Revenir à ce niveau").click()
        expect(page.get_by_text("C’est noté.")).to_be_visible()
        expect(page.locator("li", has_text="Essentiel")).to_contain_text("suit le")
        someone.look("level-down")
        assert left() == 100, "what was paid lasts"
