"""Help where it is needed: an error leads to its answer, files show what they look like, words are explained."""

import json
from collections.abc import Callable
from xml.etree import ElementTree

import pytest
from browser import visitor
from playwright.sync_api import Browser, Route, expect

from actors.mesh import Mesh

SUPPLIER = "supplier@demo.navette.example"
EXPLAINED = {
    "STALE_VERSION": "draft",
    "NO_ALLOWANCE": "count",
    "DUPLICATE_INVOICE": "number",
    "NOTHING_TO_INVOICE": "grey",
    "NOT_DELIVERED": "waiting",
    "NOT_CORRECTABLE": "delete",
    "UNAVAILABLE": "draft",
}


def refusing(code: str) -> Callable[[Route], None]:
    """An address that answers this problem."""
    return lambda route: route.fulfill(status=409, json={"code": code, "status": 409, "title": "-", "detail": "-"})


@pytest.mark.e2e
def test_errors_lead_to_their_answers_and_formats_open(window: Browser, mesh: Mesh) -> None:
    with visitor(window, mesh.access.url, "fr", refusals=(409,)) as someone:
        page = someone.page
        someone.sign_in(SUPPLIER, mesh.people[SUPPLIER])
        someone.go("/help")
        page.locator("a[download]").first.wait_for()
        for link in page.locator("a[download]").all():
            with page.expect_download() as taken:
                link.click()
            content = taken.value.path().read_bytes()
            name = taken.value.suggested_filename
            if name.endswith(".json"):
                json.loads(content)
            elif name.endswith(".xml"):
                ElementTree.fromstring(content)  # noqa: S314 - the product's own examples
            else:
                assert content.startswith(b"name;"), name
        glossary = page.locator("dl.glossary")
        expect(glossary.locator("dt").first).to_be_visible()

        for code, question in EXPLAINED.items():
            page.route("**/v1/tickets**", refusing(code))
            someone.go("/tickets")
            page.get_by_role("alert").get_by_role("link", name="Pourquoi ?").click()
            answer = page.locator(f"details#{question}")
            expect(answer).to_have_attribute("open", "")
            expect(answer).to_be_in_viewport()
            page.unroute("**/v1/tickets**")
        someone.look("help-question")
        someone.go("/no/such/page")
        page.locator(".empty").get_by_role("link", name="Aide").click()
        expect(page.locator("dl.glossary")).to_be_visible()
        page.keyboard.press("?")
        keys = page.locator("[role=dialog]")
        expect(keys).to_contain_text("Ctrl")
        someone.look("keys-overlay")
        page.keyboard.press("Escape")
        expect(keys).to_have_count(0)
        expect(page.locator("dl.glossary")).to_be_visible()
