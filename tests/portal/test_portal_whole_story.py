"""From the mail that invites to the paid invoice, in a browser: nothing is done behind the portal's back but the order,
which the buyer's program sends, and the buyer's rule, which comes into force between checking and sending.
"""

import pytest
from browser import Language, Visitor, visitor
from newcomers import Newcomer, activates, signs_in
from playwright.sync_api import Browser, expect

from actors.caught_mail import Mailbox
from actors.documents import fresh, order_to
from actors.mesh import Mesh
from actors.rulebooks import into_force, out_of_force
from actors.session import Machine
from actors.trade import publish

BUYER = "buyer@demo.navette.example"
DUE = "2027-01-31"
LIMIT = {"id": "at-most", "kind": "maximum-amount", "parameters": {"amount": "1500.00"}}
WORDS = {
    "fr": {
        "invited": "Un message est parti",
        "approved": "Approuvée",
        "due": "31 janv. 2027",
        "sent": "Paiement transmis",
        "paid": "Payée",
        "approve": "Approuver",
        "cashed": "Encaissée",
        "other": "Un autre statut…",
        "intact": "Original intact.",
        "altered": "Ce n’est pas un original.",
        "delivered": "Présentée",
        "again": "2ᵉ essai",
        "save": "Enregistrer",
    },
    "en": {
        "invited": "A message has left",
        "approved": "Approved",
        "due": "31 Jan 2027",
        "sent": "Payment sent",
        "paid": "Paid",
        "approve": "Approve",
        "cashed": "Payment received",
        "other": "Another status…",
        "intact": "Original intact.",
        "altered": "This is not an original.",
        "delivered": "Submitted",
        "again": "attempt 2",
        "save": "Save",
    },
}


def is_invited(buyer: Visitor, newcomer: Newcomer, invited: str) -> None:
    """The buyer brings one supplier by hand."""
    buyer.go("/partners/bring")
    page = buyer.page
    for name, value in newcomer.entity.items():
        page.locator(f"[data-path={name}]").fill(value)
    page.locator("[data-path=email]").press("Enter")
    expect(page.get_by_text(invited)).to_be_visible()


@pytest.mark.e2e
@pytest.mark.timeout(300, func_only=True)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_an_invited_supplier_is_paid(window: Browser, mesh: Mesh, erp: Machine, language: Language) -> None:
    words = WORDS[language]
    newcomer, order, number = Newcomer.fresh(), fresh("CMD"), fresh("F")
    mailbox = Mailbox(mesh, newcomer.email)
    url = mesh.access.url
    with (
        visitor(window, url, language, refusals=(404,)) as buyer,
        visitor(window, url, language) as supplier,
        mesh.person("buyer") as writer,
        mesh.person("second") as second,
    ):
        buyer.sign_in(BUYER, mesh.people[BUYER])
        buyer.go("/rules")
        buyer.look("rules")
        is_invited(buyer, newcomer, words["invited"])
        buyer.look("bring")

        activates(supplier, mailbox.link("/activation#"), newcomer.password)
        signs_in(supplier, mailbox, newcomer.password)
        page = supplier.page
        page.wait_for_selector(".shell")
        supplier.look("first-day")
        supplier.go("/partners")
        expect(page.locator("tbody tr")).to_contain_text("Brasseries du Rhin")
        supplier.look("partners")
        supplier.go("/partners/find")
        page.locator("input[type=search]").fill("sseries du rh")
        page.locator(".units").first.wait_for()
        supplier.look("find")

        publish(erp, order_to(order, newcomer.siren, newcomer.siret, newcomer.vat_id))
        page.goto(f"{url}/orders?q={order}")
        page.get_by_role("link", name=order).wait_for()
        supplier.look("orders")
        page.get_by_role("link", name=order).press("Enter")
        page.locator("main button.send:not([data-disabled])").press("Enter")
        expect(page.locator("#number")).to_be_focused()
        page.keyboard.type(number)
        expect(page.locator(".findings[data-none][aria-busy=false]")).to_be_visible()
        into_force(writer, second, LIMIT)
        try:
            page.keyboard.press("Control+Enter")
            point = page.locator(".kind-list a").first
            expect(point).to_be_visible(timeout=90_000)
            supplier.look("failed")
            point.click()
            line = page.locator("#line-0")
            too_many = line.input_value()
            line.fill("10")
            expect(page.locator(".findings[data-none][aria-busy=false]")).to_be_visible()
            supplier.look("corrected")
            line.fill(too_many)
            expect(page.locator(".findings[data-none]")).to_be_hidden()
            line.fill("10")
            page.keyboard.press("Control+Enter")  # at once: what was found before the correction stops nothing
            here = page.locator(".thread [aria-current=step]")
            expect(here).to_contain_text(words["delivered"], timeout=90_000)
            expect(page.locator(".thread")).to_contain_text(words["again"])
        finally:
            out_of_force(second)

        buyer.go("/approvals")
        buyer.page.get_by_role("button", name=newcomer.name).first.click()
        buyer.page.locator("section.side-card a.link").click()
        buyer.page.locator(".acts").get_by_role("button", name=words["approve"]).click()
        buyer.page.locator("[role=dialog] input[type=date]").fill(DUE)
        buyer.look("approve-with-a-date")
        buyer.page.locator("[role=dialog] button[type=submit]").click()
        expect(here).to_contain_text(words["approved"])
        expect(page.locator("dl.facts")).to_contain_text(words["due"])

        buyer.page.get_by_role("button", name=words["other"]).click()
        buyer.page.locator("[role=dialog] select").select_option("211")
        buyer.page.locator("[role=dialog] button[type=submit]").click()
        expect(here).to_contain_text(words["sent"])
        page.get_by_role("button", name=words["cashed"]).click()
        page.locator("[role=dialog] button[type=submit]").click()
        expect(here).to_contain_text(words["paid"])
        supplier.look("paid")

        page.locator("section.panel", has=page.locator("dl.proof")).get_by_role("button").click()
        expect(page.locator(".notice[data-tone=ok]")).to_contain_text(words["intact"])
        invoice_id = page.url.rpartition("/")[2]
        original = page.context.request.get(f"{url}/v1/archive/{invoice_id}/original.pdf").body()
        changed = bytearray(original)
        changed[len(changed) // 2] ^= 1
        supplier.go("/archive")
        for content, verdict in ((original, "intact"), (bytes(changed), "altered")):
            page.locator("main input[type=file]").set_input_files(
                {"name": f"{number}.pdf", "mimeType": "application/pdf", "buffer": content}
            )
            expect(page.locator("main .notice").last).to_contain_text(words[verdict])
            supplier.look(f"archive-{verdict}")
