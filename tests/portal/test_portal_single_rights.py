"""One right is given to one person, who can do that from then on and nothing else; taken back, it ends."""

import pytest
from browser import visitor
from playwright.sync_api import Browser, expect

from actors.documents import fresh
from actors.mesh import Mesh
from actors.session import Machine
from actors.trade import Supplier, new_order
from actors.waiting import eventually

VIEWER = "supplier-viewer"
WRITES = "Écrire et envoyer des factures"


@pytest.mark.e2e
def test_one_right_for_one_person_counts_until_it_is_taken_back(window: Browser, mesh: Mesh, erp: Machine) -> None:
    with (
        mesh.person("supplier") as chief,
        mesh.person(VIEWER) as viewer,
        visitor(window, mesh.access.url, "fr") as someone,
    ):
        order = new_order(erp, Supplier(chief))["id"]
        name = next(each["name"] for each in chief.get("/v1/users") if each["email"].startswith(f"{VIEWER}@"))
        page, dialog = someone.page, someone.page.locator("[role=dialog]")

        def drafts() -> int:
            body = {"order_id": order, "document": {"number": fresh("F")}}
            return viewer.http.post("/v1/invoices", json=body).status_code

        def toggled(right: str, *, ticked: bool) -> None:
            someone.go("/settings/users")
            page.locator("tbody tr", has_text=name).get_by_role("button", name="Modifier").click()
            dialog.get_by_text("Droits un par un").click()
            dialog.get_by_label(right).set_checked(ticked)
            someone.look(f"single-right-{ticked}")
            dialog.get_by_role("button", name="Enregistrer").click()
            expect(dialog).to_have_count(0)

        email = next(each for each in mesh.people if each.startswith("supplier@"))
        someone.sign_in(email, mesh.people[email])
        assert drafts() == 403
        toggled(WRITES, ticked=True)
        try:
            expect(page.locator("tbody tr", has_text=name)).to_contain_text(WRITES)
            eventually("the right counts", lambda: drafts() == 201)
            hook = viewer.http.post("/v1/webhooks", json={"url": "https://example.org/hook"})
            assert (hook.status_code, hook.json()["code"]) == (403, "RIGHT_REQUIRED"), "nothing else came with it"
        finally:
            toggled(WRITES, ticked=False)
        eventually("it counts no longer", lambda: drafts() == 403)
