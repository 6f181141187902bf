"""A company keeps its own data: a wrong IBAN is told at its field, each change stays to be read, the logo is shown."""

import io
import re

import pikepdf
import pypdfium2
import pytest
from browser import visitor
from newcomers import Newcomer, activates, is_there, registers, signs_in
from playwright.sync_api import Browser, expect

from actors.caught_mail import Mailbox
from actors.documents import fresh
from actors.mesh import Mesh
from actors.session import Machine
from actors.trade import Supplier, new_order

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6364f8cf500f00038601805a347d6b"
    "0000000049454e44ae426082"
)
SEALED_ONLY = frozenset(
    [
        "Vérifier",
        "l’original",
        "Les",
        "données",
        "font",
        "foi",
        "fichier",
        "XML",
        "EN",
        "16931",
        "joint",
        "ce",
        "PDF.",
        "urn:cen.eu:en16931:2017",
    ]
)
"""What only an original says: where it is verified, and that its data are authoritative."""
ADDRESS = re.compile(r"([0-9A-Z]{4}-){2}[0-9A-Z]{4}|[\w.:-]+/v")


def words(pdf: bytes) -> list[str]:
    """What can be read on the pages of a PDF, word by word."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return " ".join(page.get_textpage().get_text_bounded() for page in document).split()
    finally:
        document.close()


def images(pdf: bytes) -> int:
    """How many pictures its first page draws."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return len(document.pages[0].get_images())


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
        page.get_by_text("Historique des données de la société").click()
        someone.look("company-kept")
        page.reload()
        expect(page.locator("[data-path='address.city']")).to_have_value("Brest")


@pytest.mark.e2e
def test_wrong_numbers_and_newer_versions_are_said_at_once(window: Browser, mesh: Mesh) -> None:
    newcomer = Newcomer.fresh()
    mailbox = is_there(mesh, newcomer)
    url = mesh.access.url
    with visitor(window, url, "fr", refusals=(412, 422)) as someone:
        page = someone.page
        signs_in(someone, mailbox, newcomer.password)
        page.wait_for_selector(".shell")
        someone.go("/settings/company")
        for name, good, wrong in (("vat_id", newcomer.vat_id, 2), ("legal_id", newcomer.siren, 8)):
            field = page.locator(f"[data-path={name}]")
            changed = good[:wrong] + str((int(good[wrong]) + 1) % 10) + good[wrong + 1 :]
            field.fill(changed)
            page.keyboard.press("Enter")
            expect(page.locator(f"[data-path={name}][data-error]")).to_be_visible()
            someone.look(f"company-wrong-{name.replace('_', '-')}")
            field.fill(good)
            with page.expect_response(lambda answer: answer.request.method == "PATCH"):
                page.keyboard.press("Enter")
            expect(page.locator(f"[data-path={name}][data-error]")).to_have_count(0)
            expect(page.locator("main form button[type=submit]").first).to_be_enabled()

        company = page.context.request.get(f"{url}/v1/session").json()["companies"][0]["id"]
        kept = page.context.request.get(f"{url}/v1/companies/{company}")
        elsewhere = page.context.request.patch(
            f"{url}/v1/companies/{company}",
            data={"address": kept.json()["address"] | {"city": "Brest"}},
            headers={"origin": url, "if-match": kept.headers["etag"], "idempotency-key": fresh("elsewhere")},
        )
        assert elsewhere.ok, elsewhere.text()
        city = page.locator("[data-path='address.city']")
        city.fill("Concarneau")
        page.keyboard.press("Enter")
        expect(page.get_by_text("Rien n’a été écrasé.")).to_be_visible()
        someone.look("company-conflict")
        page.get_by_role("button", name="Voir leur version").click()
        expect(city).to_have_value("Brest")
        city.fill("Concarneau")
        page.keyboard.press("Enter")
        expect(page.locator(".mantine-Notification-root").first).to_be_visible()
        expect(page.get_by_text("Rien n’a été écrasé.")).to_have_count(0)
        page.reload()
        expect(city).to_have_value("Concarneau")


@pytest.mark.e2e
def test_the_page_beside_the_form_is_the_page_that_is_archived(window: Browser, mesh: Mesh, erp: Machine) -> None:
    supplier = "supplier@demo.navette.example"
    number = fresh("F")
    with visitor(window, mesh.access.url, "fr") as someone, mesh.person("supplier") as person:
        page = someone.page
        someone.sign_in(supplier, mesh.people[supplier])
        someone.go("/settings/company")
        page.set_input_files("input[type=file]", files=[{"name": "logo.png", "mimeType": "image/png", "buffer": PIXEL}])
        remove = page.locator("section", has_text="Logo").get_by_role("button", name="Retirer")
        expect(remove).to_be_visible()
        try:
            desk = Supplier(person)
            draft = desk.draft(new_order(erp, desk)["id"], number)
            someone.go(f"/invoices/{draft['id']}/edit")
            page.locator("canvas.paper").first.wait_for()
            larger = page.get_by_role("button", name="Agrandir l’aperçu")
            larger.press("Enter")
            expect(page.locator(".papers-box[data-zoomed]")).to_be_visible()
            someone.look("preview-larger")
            with page.expect_download() as downloaded:
                page.get_by_role("button", name="Télécharger l’aperçu").press("Enter")
            preview = downloaded.value.path().read_bytes()
            page.keyboard.press("Control+Enter")
            expect(page.locator(".thread")).to_be_visible()
            desk.ended(draft["id"])
            original = page.context.request.get(f"{mesh.access.url}/v1/archive/{draft['id']}/original.pdf").body()
        finally:
            someone.go("/settings/company")
            remove.click()
            expect(remove).to_have_count(0)
    assert images(original) == 1
    said, sealed = [word for word in words(preview) if word != "BROUILLON"], words(original)
    assert number in sealed
    assert [word for word in said if word not in sealed] == [], "said before, and not sealed"
    added = [word for word in sealed if word not in said and word not in SEALED_ONLY]
    assert [word for word in added if not ADDRESS.fullmatch(word)] == [], "sealed, and not said before"
