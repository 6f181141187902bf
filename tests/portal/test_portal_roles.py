"""What a role may not do is not offered, and it is said why: no screen leads anybody into a refusal."""

from collections.abc import Generator
from contextlib import contextmanager

import pytest
from browser import Visitor, visitor
from playwright.sync_api import Browser, Response, expect

from actors.documents import fresh
from actors.mesh import Mesh
from actors.session import Machine
from actors.trade import Supplier, new_order

PLACES = {
    "supplier": (
        "/",
        "/orders",
        "/invoices",
        "/drafts",
        "/trash",
        "/uploads",
        "/partners",
        "/archive",
        "/settings/plan",
        "/settings/taxes",
    ),
    "buyer": ("/approvals", "/orders", "/orders/new", "/orders/files", "/invoices", "/paper", "/rules", "/partners"),
}
BOTH = tuple(
    f"/settings/{room}" for room in ("company", "users", "units", "security", "notifications", "keys", "webhooks")
)
WRITES = "administrateurs de votre société, et à qui en a reçu le droit ; vous pouvez lire ici"
DECIDES = "Approuver, suspendre ou refuser"
REFUSED = 403


@contextmanager
def acting_as(mesh: Mesh, side: str, role: str) -> Generator[str]:
    """Somebody of this side with this one role."""
    email = f"{side}-viewer@tests.navette.example"
    with mesh.person(side) as chief:
        someone = next(each for each in chief.get("/v1/users") if each["email"] == email)

        def has(*roles: str) -> None:
            chief.ask("PATCH", f"/v1/users/{someone['id']}", 200, json={"roles": list(roles)})

        has(role)
        try:
            yield email
        finally:
            has("viewer")


def arrived(someone: Visitor) -> None:
    """All is there that the screen asks for; the feed never ends, so the network is no sign of it."""
    someone.page.wait_for_timeout(300)
    expect(someone.page.locator("main .mantine-Skeleton-root")).to_have_count(0)


def walk(someone: Visitor, places: tuple[str, ...]) -> None:
    """Every place, once all that it asks for is there."""
    for place in places:
        someone.go(place)
        arrived(someone)


@pytest.mark.e2e
@pytest.mark.timeout(300, func_only=True)
@pytest.mark.parametrize("role", ["viewer", "approver", "signer"])
def test_a_role_meets_no_refusal(window: Browser, mesh: Mesh, erp: Machine, role: str) -> None:
    with mesh.person("supplier") as person:
        desk = Supplier(person)
        order = new_order(erp, desk)["id"]
        draft = desk.draft(order, fresh("F"))["id"]
        sent = desk.deliver(new_order(erp, desk)["id"], fresh("F"))["id"]
    refused: list[str] = []

    def heard(answer: Response) -> None:
        if answer.status == REFUSED:
            refused.append(f"{answer.request.method} {answer.url}")

    with acting_as(mesh, "supplier", role) as email, visitor(window, mesh.access.url, "fr") as someone:
        page = someone.page
        page.on("response", heard)
        someone.sign_in(email, mesh.people[email])
        walk(someone, (*PLACES["supplier"], *BOTH))
        someone.go(f"/orders/{order}")
        expect(page.get_by_text(WRITES)).to_be_visible()
        expect(page.locator("main button")).to_have_count(0)
        someone.look(f"order-{role}")
        someone.go(f"/invoices/{draft}/edit")
        expect(page).to_have_url(f"{mesh.access.url}/invoices/{draft}")
        expect(page.get_by_text(WRITES)).to_be_visible()
        expect(page.locator("main button")).to_have_count(0)
        someone.go("/invoices")
        page.locator("tbody input[type=checkbox]").first.check()
        expect(page.locator(".bulk")).to_be_visible()
        expect(page.get_by_role("button", name="Mettre à la corbeille")).to_have_count(0)

    with (
        acting_as(mesh, "buyer", role) as email,
        visitor(window, mesh.access.url, "fr", refusals=(404,)) as someone,
    ):
        page = someone.page
        page.on("response", heard)
        someone.sign_in(email, mesh.people[email])
        walk(someone, (*PLACES["buyer"], *BOTH))
        decides = role == "approver"
        for place in ("/approvals", f"/invoices/{sent}"):
            someone.go(place)
            arrived(someone)
            expect(page.get_by_text(DECIDES)).to_have_count(0 if decides else 1)
            expect(page.locator(".acts button").first).to_be_visible(visible=decides)
        someone.look(f"received-{role}")
        if not decides:
            someone.go("/approvals")
            for key in "ahr":
                page.keyboard.press(key)
            expect(page.locator("[role=dialog]")).to_have_count(0)
        someone.go(f"/orders/{order}")
        expect(page.get_by_text(WRITES)).to_be_visible()
        expect(page.locator("main button")).to_have_count(0)
    assert refused == []
