"""The archive in a browser: found by number and date, taken home file by file, and asked whether a file is one."""

import zipfile
from pathlib import Path

import pytest
from browser import Visitor, visitor
from playwright.sync_api import Browser, expect

from actors.documents import fresh
from actors.mesh import Mesh
from actors.session import Machine
from actors.trade import Supplier, new_order

SUPPLIER = "supplier@demo.navette.example"
FILES = {"PDF": b"%PDF", "XML": b"<?xml", "Preuve": b"PK"}


def taken(someone: Visitor, number: str, word: str) -> Path:
    """One file of an original, by its link."""
    with someone.page.expect_download() as download:
        someone.page.get_by_role("link", name=f"{word} {number}").click()
    return Path(download.value.path())


@pytest.mark.e2e
def test_an_original_is_found_taken_home_and_told_from_a_copy(window: Browser, mesh: Mesh, erp: Machine) -> None:
    number = fresh("F")
    with mesh.person("supplier") as person:
        desk = Supplier(person)
        issued = desk.deliver(new_order(erp, desk)["id"], number)["issue_date"]
    with visitor(window, mesh.access.url, "fr") as someone:
        page = someone.page
        someone.sign_in(SUPPLIER, mesh.people[SUPPLIER])
        someone.go("/archive")
        page.get_by_role("textbox", name="Chercher dans l’archive").fill(number)
        expect(page.locator("tbody tr")).to_have_count(1)
        expect(page.locator("tbody tr")).to_contain_text(number)
        someone.look("archive-found")
        files = {word: taken(someone, number, word) for word in FILES}
        assert {word: file.read_bytes()[: len(FILES[word])] for word, file in files.items()} == FILES
        with zipfile.ZipFile(files["Preuve"]) as proof:
            assert any(name.endswith(".pdf") for name in proof.namelist())

        page.get_by_label("Datées jusqu’au").fill("2020-01-31")
        expect(page.locator("tbody tr")).to_have_count(0)
        page.get_by_label("Datées jusqu’au").fill(issued)
        expect(page.locator("tbody tr")).to_have_count(1)

        page.get_by_role("textbox", name="Montant jusqu’à").fill("0,01")
        expect(page.locator("tbody tr")).to_have_count(0)
        page.get_by_role("textbox", name="Montant jusqu’à").fill("999 999,00")
        expect(page.locator("tbody tr")).to_have_count(1)
        with page.expect_download() as download:
            page.get_by_role("button", name="Tous les originaux").click()
        with zipfile.ZipFile(Path(download.value.path())) as everything:
            held = {name: everything.read(name) for name in everything.namelist()}
        assert files["PDF"].read_bytes() in held.values()
        expect(page.get_by_text("1 original emporté.")).to_be_visible()
        page.get_by_text("est la facture légale dans").click()
        expect(page.get_by_text("France")).to_be_visible()
        someone.look("archive-taken")

        original = files["PDF"].read_bytes()
        for at, verdict in ((None, "Original intact."), (len(original) // 2, "Ce n’est pas un original.")):
            content = bytearray(original)
            if at is not None:
                content[at] ^= 1
            page.locator("main input[type=file]").set_input_files(
                {"name": "copie.pdf", "mimeType": "application/pdf", "buffer": bytes(content)}
            )
            expect(page.locator(".verdict .notice")).to_contain_text(verdict)

    with visitor(window, mesh.access.url, "en", width=390) as anybody:
        anybody.go("/verify")
        anybody.look("verify")
        for at, verdict in ((None, "valid"), (len(original) // 2, "not valid")):
            content = bytearray(original)
            if at is not None:
                content[at] ^= 1
            anybody.page.locator("input[type=file]").set_input_files(
                {"name": "copy.pdf", "mimeType": "application/pdf", "buffer": bytes(content)}
            )
            expect(anybody.page.locator(".verdict .notice").first).to_contain_text(f"copy.pdf: {verdict}")
            anybody.look(f"verify-{verdict.replace(' ', '-')}")
