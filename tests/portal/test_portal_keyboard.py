"""The main screens without a mouse: everything is reached, nothing holds the focus, and a dialog gives it back."""

import pytest
from browser import Language, Visitor, visitor
from playwright.sync_api import Browser, Locator, expect

from actors.documents import fresh
from actors.mesh import Mesh
from actors.session import Machine
from actors.trade import Supplier, new_order

SUPPLIER, BUYER = (f"{name}@demo.navette.example" for name in ("supplier", "buyer"))
_MOST = 150
_STOPS = """() => [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')]
  .filter((each) => each.tabIndex >= 0 && !each.disabled && each.checkVisibility({visibilityProperty: true})
    && !(each.type === 'radio' && !each.checked)).length"""
_HERE = """() => {
  const here = document.activeElement;
  if (!here || here === document.body) return null;
  const box = here.getBoundingClientRect();
  const bars = [...document.querySelectorAll('.send-bar, .top, .tabs-bar')].filter((bar) => !bar.contains(here));
  const covered = bars.some((bar) => { const b = bar.getBoundingClientRect();
    return b.height > 0 && getComputedStyle(bar).position !== 'static'
      && box.top >= b.top && box.bottom <= b.bottom && box.left >= b.left && box.right <= b.right; });
  return {who: here.outerHTML.slice(0, 90), covered, ring: getComputedStyle(here).outlineStyle};
}"""


def walks(someone: Visitor) -> None:
    """Tab goes through every control of the page, each one seen, and out at its end."""
    page = someone.page
    page.locator("a.skip").focus()
    stops, met = int(page.evaluate(_STOPS)), 1
    for _ in range(min(stops, _MOST)):
        page.keyboard.press("Tab")
        here = page.evaluate(_HERE)
        if here is None:
            break
        met += 1
        assert not here["covered"], here
    assert met >= min(stops, _MOST) * 0.9, (page.url, met, stops)


def gives_back(someone: Visitor, opener: Locator) -> None:
    """A dialog opened by keyboard takes the focus, and Escape returns it to where it was opened."""
    page = someone.page
    opener.press("Enter")
    dialog = page.locator("[role=dialog]:visible")
    expect(dialog).to_be_visible()
    page.wait_for_function("document.querySelector('[role=dialog]').contains(document.activeElement)")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(opener).to_be_focused()


@pytest.mark.e2e
@pytest.mark.timeout(300, func_only=True)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_main_screen_is_walked_by_keyboard_and_dialogs_give_the_focus_back(
    window: Browser, mesh: Mesh, erp: Machine, language: Language
) -> None:
    with mesh.person("supplier") as person:
        desk = Supplier(person)
        order = new_order(erp, desk)["id"]
        draft = desk.draft(order, fresh("F"))["id"]
        sent = desk.deliver(new_order(erp, desk)["id"], fresh("F"))["id"]
    with visitor(window, mesh.access.url, language) as someone, visitor(window, mesh.access.url, language) as buyer:
        page = someone.page
        someone.sign_in(SUPPLIER, mesh.people[SUPPLIER])
        for path in ("/", "/orders", f"/orders/{order}", "/invoices", f"/invoices/{draft}/edit", "/drafts", "/archive"):
            someone.go(path)
            expect(page.locator("main .mantine-Skeleton-root")).to_have_count(0)
            walks(someone)
        someone.go("/drafts")
        gives_back(someone, page.locator("main .page-head button").first)
        seek = page.locator("button.seek")
        gives_back(someone, seek)
        seek.focus()
        page.keyboard.press("?")
        expect(page.locator("[role=dialog]:visible")).to_be_visible()
        page.keyboard.press("Escape")
        expect(seek).to_be_focused()
        someone.go("/invoices")
        page.locator("tbody input[type=checkbox]").first.press("Space")
        gives_back(someone, page.locator(".bulk button").nth(1))
        someone.go(f"/invoices/{draft}/edit")
        gives_back(someone, page.locator(".convert-form button.mantine-Button-root").last)

        buyer.sign_in(BUYER, mesh.people[BUYER])
        for path in ("/approvals", "/orders/new", f"/invoices/{sent}", "/rules"):
            buyer.go(path)
            expect(buyer.page.locator("main .mantine-Skeleton-root")).to_have_count(0)
            walks(buyer)
        buyer.go("/approvals")
        gives_back(buyer, buyer.page.locator(".acts button").first)
        buyer.go(f"/orders/{order}")
        gives_back(buyer, buyer.page.locator("main .row.wrap button").first)
