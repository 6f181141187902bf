"""Lists: views that are kept, originals by the handful, a sheet of everything, and the trash that gives back."""

import io
import zipfile

import pytest
from browser import visitor
from playwright.sync_api import Browser, expect

from actors.documents import fresh, order_xml
from actors.mesh import Mesh
from actors.session import Machine
from actors.trade import Supplier, new_order, publish

SUPPLIER, BUYER = (f"{name}@demo.navette.example" for name in ("supplier", "buyer"))


@pytest.mark.e2e
def test_what_is_picked_is_downloaded_thrown_away_and_given_back(window: Browser, mesh: Mesh, erp: Machine) -> None:
    mark = fresh("L")
    with mesh.person("supplier") as person:
        desk = Supplier(person)
        drafts = [desk.draft(new_order(erp, desk)["id"], f"{mark}-{n}") for n in (1, 2)]
        for draft in drafts:
            desk.submit(draft["id"])
        for draft in drafts:
            desk.ended(draft["id"])
    with visitor(window, mesh.access.url, "fr") as someone, visitor(window, mesh.access.url, "en") as buyer:
        page = someone.page
        someone.sign_in(SUPPLIER, mesh.people[SUPPLIER])
        someone.go(f"/invoices?q={mark}")
        rows = page.locator("tbody tr")
        expect(rows).to_have_count(2)
        page.get_by_role("button", name="Garder cette vue").click()
        page.locator("[role=dialog] input").fill("Les miennes")
        page.keyboard.press("Enter")
        expect(page.get_by_role("button", name="Les miennes", exact=True)).to_have_attribute("aria-pressed", "true")

        page.locator("thead input[type=checkbox]").check()
        someone.look("picked")
        with page.expect_download() as zipped:
            page.get_by_role("button", name="Télécharger 2 originaux").click()
        with zipfile.ZipFile(zipped.value.path()) as files:
            assert len(files.namelist()) == 2
            assert all(files.read(name).startswith(b"%PDF") for name in files.namelist())
        with page.expect_download(timeout=60_000) as sheet:
            page.get_by_role("button", name="Exporter").click()
        with zipfile.ZipFile(io.BytesIO(sheet.value.path().read_bytes())) as book:
            cells = "".join(book.read(name).decode() for name in book.namelist() if name.startswith("xl/"))
        assert all(f"{mark}-{n}" in cells for n in (1, 2))

        rows.filter(has_text=f"{mark}-1").locator("input[type=checkbox]").check()
        page.get_by_role("button", name="Mettre à la corbeille").click()
        asked = page.locator("[role=dialog]")
        expect(asked).to_contain_text("la corbeille les rend")
        someone.look("trash-asked")
        asked.get_by_role("button", name="Mettre à la corbeille").click()
        expect(rows).to_have_count(1)
        expect(page.locator(".table-foot")).to_contain_text("1 affichée sur 1")
        someone.go("/trash")
        page.get_by_label("Chercher dans la corbeille").fill(mark)
        expect(page.locator(".table-foot")).to_contain_text("1 affichée sur 1")
        thrown = page.locator("tbody tr", has_text=f"{mark}-1")
        someone.look("trash")
        thrown.get_by_role("button").click()
        expect(thrown).to_have_count(0)
        someone.go("/invoices")
        page.get_by_role("button", name="Les miennes", exact=True).click()
        expect(rows).to_have_count(2)

        buyer.sign_in(BUYER, mesh.people[BUYER])
        buyer.go(f"/invoices?state=unread&q={mark}")
        expect(buyer.page.locator("tr[data-unread]")).to_have_count(2)
        buyer.look("unread")
        buyer.page.get_by_role("link", name=f"{mark}-1").click()
        expect(buyer.page.locator("dl.facts")).to_be_visible()
        buyer.go(f"/invoices?state=unread&q={mark}")
        expect(buyer.page.locator("tr[data-unread]")).to_have_count(1)


@pytest.mark.e2e
def test_orders_are_picked_kept_as_a_view_and_taken_along(window: Browser, mesh: Mesh, erp: Machine) -> None:
    mark = fresh("CMD")
    for n in (1, 2):
        publish(erp, order_xml(f"{mark}-{n}"))
    with mesh.person("supplier") as person:
        for n in (1, 2):
            Supplier(person).order(f"{mark}-{n}")
    with visitor(window, mesh.access.url, "fr") as someone:
        page = someone.page
        someone.sign_in(SUPPLIER, mesh.people[SUPPLIER])
        someone.go("/orders")
        page.get_by_label("Chercher dans les commandes").fill(mark)
        rows = page.locator("tbody tr")
        expect(rows).to_have_count(2)
        page.get_by_role("button", name="Garder cette vue").click()
        page.locator("[role=dialog] input").fill("Mon lot")
        page.keyboard.press("Enter")
        expect(page.get_by_role("button", name="Mon lot", exact=True)).to_have_attribute("aria-pressed", "true")

        page.locator("thead input[type=checkbox]").check()
        someone.look("orders-picked")
        page.get_by_role("button", name="Accepter 2 commandes").click()
        expect(rows.get_by_text("Acceptée")).to_have_count(2)
        with page.expect_download() as sheet:
            page.get_by_role("button", name="Exporter").click()
        lines = sheet.value.path().read_text("utf-8-sig").splitlines()
        assert lines[0].startswith("Commande;Date;Client"), lines
        assert sorted(line.partition(";")[0] for line in lines[1:]) == [f"{mark}-1", f"{mark}-2"], lines

        rows.filter(has_text=f"{mark}-1").locator("input[type=checkbox]").check()
        page.get_by_role("button", name="Ranger la commande").click()
        expect(rows).to_have_count(1)
        someone.go("/orders")
        page.get_by_role("button", name="Mon lot", exact=True).click()
        expect(rows).to_have_count(1)
        expect(page.get_by_label("Chercher dans les commandes")).to_have_value(mark)


@pytest.mark.e2e
def test_a_list_is_sorted_counted_and_summed_by_the_service(window: Browser, mesh: Mesh, erp: Machine) -> None:
    mark = fresh("T")
    with mesh.person("supplier") as person:
        desk = Supplier(person)
        desk.draft_of(new_order(erp, desk)["id"], f"{mark}-2", line_10="2")
        desk.draft_of(new_order(erp, desk)["id"], f"{mark}-1", line_10="4")
        desk.draft_of(new_order(erp, desk)["id"], f"{mark}-3", line_10="1")
    with visitor(window, mesh.access.url, "fr") as someone:
        page = someone.page
        someone.sign_in(SUPPLIER, mesh.people[SUPPLIER])
        numbers = page.locator("tbody .ref")
        for place, search in (("/invoices", "Chercher dans les factures"), ("/drafts", "Chercher dans les brouillons")):
            someone.go(place)
            page.get_by_label(search).fill(mark)
            expect(numbers).to_have_count(3)
            head = page.locator("th", has_text="Facture")
            expect(head).to_have_attribute("aria-sort", "none")
            head.get_by_role("button").press("Enter")
            expect(head).to_have_attribute("aria-sort", "descending")
            expect(numbers).to_have_text([f"{mark}-3", f"{mark}-2", f"{mark}-1"])
            head.get_by_role("button").press("Enter")
            expect(numbers).to_have_text([f"{mark}-1", f"{mark}-2", f"{mark}-3"])
            page.locator("th", has_text="À payer").get_by_role("button").click()
            expect(numbers).to_have_text([f"{mark}-1", f"{mark}-2", f"{mark}-3"])
            page.reload()
            expect(numbers).to_have_text([f"{mark}-1", f"{mark}-2", f"{mark}-3"])
            expect(page.locator(".table-foot")).to_contain_text("3 affichées sur 3")
            expect(page.locator(".table-foot")).to_contain_text("70,98")  # 7 x 8.45 and 20 % of VAT
            someone.look(f"sorted-{place[1:]}")
        someone.go(f"/invoices?q={mark}")
        for view in ("Toutes", "Brouillons", "Échouées"):
            pill = page.locator(".views button", has_text=view)
            pill.click()
            expect(pill).to_have_attribute("aria-pressed", "true")
            expect(numbers).to_have_count(int(pill.locator(".num").inner_text()))
        someone.go("/orders?sort=-net")
        expect(page.locator("th", has_text="Total HT")).to_have_attribute("aria-sort", "descending")
        open_orders = page.locator(".views [aria-pressed=true] .num").inner_text()
        expect(page.locator(".table-foot")).to_contain_text(f"sur {open_orders}")
        someone.look("sorted-orders")
