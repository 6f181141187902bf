"""Who means harm to people and their companies gets a clear refusal: files, names, mails and links."""

import secrets
from typing import Any

import pytest

from actors.caught_mail import Mailbox
from actors.documents import fresh
from actors.mesh import UNIT, Mesh
from actors.newcomers import PASSWORD, bring, company_of, entity, new_email, registered, signed_in, token_of
from actors.session import Nobody, Person, shown

pytestmark = pytest.mark.e2e
FORMULAS = ("=HYPERLINK(1)", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1+1")
LOOKS_ALIKE = "Brasseries du \u0420hin SA"
"""With a Cyrillic Er."""
HEADERS = "Anne\r\nBcc: everybody@example.com"


def _refused(answer: Any, status: int, code: str) -> None:
    assert (answer.status_code, answer.json()["code"]) == (status, code), shown(answer)


def test_what_a_sheet_would_run_is_reported_by_line_and_invites_nobody(mesh: Mesh, buyer: Person) -> None:
    rows = [entity(name, new_email()) for name in (*FORMULAS, LOOKS_ALIKE)]
    campaign = bring(buyer, rows, side="supplier", name=fresh("Hostile"), unit_id=str(UNIT))
    assert (campaign["accepted"], campaign["sent"], campaign["rejected"]) == (0, 0, len(rows))
    report = buyer.send("GET", f"/v1/invitations/campaigns/{campaign['id']}/errors").text
    lines = report.splitlines()[1:]
    assert [line.split(";")[:2] for line in lines] == [[str(at), "name"] for at in range(2, len(rows) + 2)]
    assert {line.split(";")[2] for line in lines} == {"FORMULA", "HOMOGRAPH"}
    assert not any(name in report for name in FORMULAS), "the report opens in a sheet too"


def test_a_file_that_is_none_or_never_ends_its_line_is_refused_as_a_whole(buyer: Person) -> None:
    query = {"side": "supplier", "name": fresh("Hostile"), "unit_id": str(UNIT)}
    for content in (b"\x00\x01\x02" * 1_000, b"name;vat\n" + b"x" * 2_000_000, b"PK\x03\x04 a zip"):
        _refused(buyer.send("POST", "/v1/invitations/files", params=query, content=content), 422, "FILE_UNREADABLE")


def test_no_name_looks_like_another_one_and_none_writes_a_mails_headers(mesh: Mesh) -> None:
    line = entity(fresh("Atelier"), new_email())
    with mesh.nobody() as nobody:
        for name in (LOOKS_ALIKE, "Rhin \u202eexe.fdp"):
            wanted = {"company": company_of(line | {"name": name}), "person": _person(line["email"])}
            _refused(nobody.send("POST", "/v1/registrations", json=wanted), 422, "INVALID_BODY")
        for person in (_person(line["email"]) | {"name": HEADERS}, _person("anne@rhin.example\r\nBcc: a@b.example")):
            wanted = {"company": company_of(line), "person": person}
            _refused(nobody.send("POST", "/v1/registrations", json=wanted), 422, "INVALID_BODY")
        ticket = {"topic": "access", "subject": HEADERS, "text": "?", "email": line["email"], "name": "Anne"}
        _refused(nobody.send("POST", "/v1/registrations/tickets", json=ticket), 422, "INVALID_BODY")


def _person(email: str) -> dict[str, str]:
    return {"email": email, "name": "Maëlle Kerbrat"}


def test_a_link_is_neither_guessed_nor_used_twice_nor_kept_by_a_newer_one(mesh: Mesh) -> None:
    mailbox = Mailbox(mesh, new_email())
    registered(mesh, mailbox, entity(fresh("Atelier"), mailbox.address))
    with mesh.nobody() as nobody:
        for guess in (secrets.token_urlsafe(32), "x", "%00", "a" * 5_000):
            answer = nobody.send("POST", f"/v1/activations/{guess}", json={"password": PASSWORD})
            assert answer.status_code in (400, 404, 414), shown(answer)
        _reset(nobody, mailbox)
        first = token_of(mailbox)
        changed = "une autre phrase assez longue"
        nobody.ask("POST", f"/v1/activations/{first}", 200, json={"password": changed})
        again = nobody.send("POST", f"/v1/activations/{first}", json={"password": PASSWORD})
        _refused(again, 410, "ACTIVATION_OVER")
        altered = first[:-1] + ("A" if first[-1] != "A" else "B")
        _refused(nobody.send("GET", f"/v1/activations/{altered}"), 404, "ACTIVATION_UNKNOWN")


def _reset(nobody: Nobody, mailbox: Mailbox) -> None:
    nobody.ask("POST", "/v1/session/password-resets", 202, json={"email": mailbox.address})


def test_a_forgotten_password_is_answered_by_mail_alone_and_ends_what_was_signed_in(mesh: Mesh) -> None:
    mailbox, stranger = Mailbox(mesh, new_email()), Mailbox(mesh, new_email())
    registered(mesh, mailbox, entity(fresh("Atelier"), mailbox.address))
    new = "une autre phrase assez longue"
    with signed_in(mesh, mailbox) as person, mesh.nobody() as browser:
        answers = [
            browser.send("POST", "/v1/session/password-resets", json={"email": each.address})
            for each in (mailbox, stranger)
        ]
        assert {(answer.status_code, answer.content) for answer in answers} == {(202, b"")}
        stranger.about(stranger.address, "aucun accès")
        activated_with = browser.ask("POST", f"/v1/activations/{token_of(mailbox)}", 200, json={"password": new})
        assert activated_with["user_id"]
        assert person.send("GET", "/v1/session").status_code == 401, "what was signed in has ended"
        old = browser.send("POST", "/v1/session", json={"email": mailbox.address, "password": PASSWORD})
        _refused(old, 401, "SIGN_IN_FAILED")
        begun = browser.ask("POST", "/v1/session", 202, json={"email": mailbox.address, "password": new})
        assert begun["methods"] == ["email"], "the second factor is asked for as before"
