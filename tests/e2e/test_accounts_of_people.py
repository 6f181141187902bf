"""Who runs a company, how they sign in, and what support does for them, through the gateway."""

import secrets
import time
from typing import Any
from urllib.parse import urlsplit

import pytest
from pyotp.totp import TOTP

from actors.caught_mail import Mailbox
from actors.documents import fresh, order_to, whole_receipt
from actors.mesh import UNIT, Mesh
from actors.newcomers import (
    PASSWORD,
    activated,
    begin,
    brought,
    entity,
    new_email,
    prove,
    prove_by_code,
    registered,
    signed_in,
    token_of,
)
from actors.session import Machine, Nobody, Person, shown
from actors.trade import Supplier, publish
from actors.waiting import eventually
from registration.testing_passkeys import SoftAuthenticator

pytestmark = pytest.mark.e2e


def _decided_by_two(mesh: Mesh, operator: Person, **act: Any) -> None:
    """One operator asks, may not agree with themselves, and another one does."""
    asked = operator.ask("POST", "/v1/ops/registration/acts", 201, json={"reason": "identité vérifiée"} | act)
    path = f"/v1/ops/registration/acts/{asked['id']}/approve"
    alone = operator.send("POST", path, json={})
    assert (alone.status_code, alone.json()["code"]) == (403, "SAME_EYES"), shown(alone)
    with mesh.person("operator-second") as second:
        assert second.ask("POST", path, 200, json={"note": "vu"})["state"] == "done"


def _set_up(person: Nobody, kind: str, **more: str) -> dict[str, Any]:
    body = {"kind": kind, "name": kind, "password": PASSWORD} | more
    begun: dict[str, Any] = person.ask("POST", "/v1/session/factors", 201, json=body)
    return begun


def _confirm(person: Nobody, begun: dict[str, Any], **proof: Any) -> dict[str, Any]:
    path = f"/v1/session/factors/{begun['id']}/confirm"
    done: dict[str, Any] = person.ask("POST", path, 200, json={"challenge": begun["challenge"]} | proof)
    return done


def test_a_person_signs_in_in_four_ways_and_support_resets_them_with_four_eyes(mesh: Mesh, operator: Person) -> None:
    mailbox = Mailbox(mesh, new_email())
    registered(mesh, mailbox, entity(fresh("Atelier"), mailbox.address))
    phone = f"+336{secrets.randbelow(10**8):08d}"
    messages = Mailbox(mesh, f"{phone[1:]}@sms.navette.example")
    with signed_in(mesh, mailbox) as person, mesh.nobody() as browser:
        application = _set_up(person, "totp")
        # The code of the step before, so that this moment's is still unused.
        codes = _confirm(person, application, code=TOTP(application["secret"]).at(time.time() - 30))["recovery_codes"]
        prove(browser, begin(browser, mailbox.address), "totp", code=TOTP(application["secret"]).now())
        passkey = _set_up(person, "passkey")
        origin = mesh.access.url.rstrip("/")
        key = SoftAuthenticator(origin, urlsplit(origin).hostname or "")
        _confirm(person, passkey, credential=key.register(passkey["passkey"]))
        begun = begin(browser, mailbox.address)
        prove(browser, begun, "passkey", credential=key.sign(begun["passkey"]))
        _confirm(person, _set_up(person, "sms", phone=phone), code=messages.code())
        begun = begin(browser, mailbox.address)
        assert sorted(begun["methods"]) == ["passkey", "recovery_code", "sms", "totp"]
        prove_by_code(browser, begun, "sms", messages)
        prove(browser, begin(browser, mailbox.address), "recovery_code", code=codes[0])
        _decided_by_two(mesh, operator, kind="second_factor_reset", email=mailbox.address)
        mailbox.subject("Votre accès à Navette a changé")
        eventually("their sessions ended", lambda: person.send("GET", "/v1/session").status_code == 401, 5)
        assert begin(browser, mailbox.address)["methods"] == ["email"], "as on the first day"


def test_administration_goes_to_somebody_else_and_the_last_one_stays(mesh: Mesh) -> None:
    first, second = Mailbox(mesh, new_email()), Mailbox(mesh, new_email())
    registered(mesh, first, entity(fresh("Atelier"), first.address))
    with signed_in(mesh, first) as before:
        asked = {"email": second.address, "name": "Yann Suivant", "roles": ["accountant"]}
        before.ask("POST", "/v1/users", 202, json=asked)
        with mesh.nobody() as nobody:
            activated(nobody, token_of(second))
        with signed_in(mesh, second) as after:
            roles = {user["email"]: user for user in after.get("/v1/users")}
            assert "administrator" in roles[first.address]["roles"], "everybody sees who runs the company"
            mine = f"/v1/users/{roles[first.address]['id']}"
            alone = before.send("DELETE", mine)
            assert (alone.status_code, alone.json()["code"]) == (409, "LAST_ADMINISTRATOR"), shown(alone)
            path = f"/v1/users/{roles[second.address]['id']}/administration"
            assert after.send("POST", path).status_code == 403, "nobody takes it"
            before.ask("POST", path, 204)
            may = "/v1/users/access-requests"
            eventually("who had it may no more", lambda: before.send("GET", may).status_code == 403, 5)
            eventually("who got it may", lambda: after.send("GET", may).status_code == 200, 5)


def _listed(person: Person | Nobody, what: str, **narrowed: str) -> set[str]:
    return {found["id"] for found in person.get(f"/v1/{what}", **narrowed)["items"]}


def _worked_on(person: Person | Nobody, order: dict[str, Any], invoice: dict[str, Any], draft: dict[str, Any]) -> None:
    """What was begun in the other account goes on in this one."""
    supplier = Supplier(person)
    eventually("the connection", lambda: supplier.lines(order["id"])["10"]["billable"])
    supplier.submit(draft["id"])
    supplier.ended(draft["id"])
    made = supplier.deliver(order["id"], fresh("F"), line_10="1")
    for state in ("archive", "restore", "accept"):
        person.ask("POST", f"/v1/orders/{order['id']}/{state}", 204)
    path = f"/v1/invoices/{invoice['id']}"
    person.ask("POST", f"{path}/statuses", 201, json={"code": "209"})
    person.ask("DELETE", path, 200)
    assert _listed(person, "trash") == {invoice["id"]}
    assert _listed(person, "invoices") == {draft["id"], made["id"]}
    person.ask("POST", f"/v1/trash/{invoice['id']}/restore", 204)
    asked = person.ask("POST", "/v1/exports", 202)
    sheet = eventually("the export", lambda: _done(person.get(f"/v1/exports/{asked['id']}")))
    assert sheet["rows"] == len({draft["id"], made["id"], invoice["id"]})


def _done(export: dict[str, Any]) -> dict[str, Any] | None:
    return export if export["state"] == "done" else None


def test_two_accounts_become_one_and_orders_invoices_and_people_follow(
    mesh: Mesh, erp: Machine, buyer: Person, operator: Person
) -> None:
    clerk, row, gone = brought(mesh, buyer, fresh("Doublon"), str(UNIT))
    owner = Mailbox(mesh, new_email())
    kept = registered(mesh, owner, entity(fresh("Maison"), owner.address))
    number, invoice_number = fresh("FUS"), fresh("F")
    publish(erp, order_to(number, row["siret"][:9], row["siret"], row["vat"]))
    with signed_in(mesh, clerk) as person:
        supplier = Supplier(person)
        order = supplier.order(number)
        erp.ask("POST", "/v1/receipts", 201, json=whole_receipt(number))
        supplier.lines_when("received lines", order["id"], lambda found: found["10"]["billable"])
        invoice = supplier.deliver(order["id"], invoice_number, line_10="2")
        draft = supplier.draft_of(order["id"], fresh("F"), line_10="1")
    with signed_in(mesh, owner) as person:
        assert person.send("GET", f"/v1/invoices/{invoice['id']}").status_code == 404, "not theirs yet"
        assert _listed(person, "invoices") == _listed(person, "orders") == set()
    _decided_by_two(mesh, operator, kind="company_merge", from_company_id=gone, into_company_id=kept)
    owner.subject("Les comptes")
    with signed_in(mesh, owner) as person:
        there = {"number": number, "found": 1, "reasons": []}
        eventually("the order, connected", lambda: person.get("/v1/orders/why", number=number) == there)
        path = f"/v1/invoices/{invoice['id']}"
        eventually("the invoice", lambda: person.send("GET", path).is_success)
        assert person.get(f"{path}/timeline"), "its history follows"
        eventually("the list of orders", lambda: _listed(person, "orders", number=number) == {order["id"]})
        assert _listed(person, "orders") == _listed(person, "orders", q=number) == {order["id"]}
        assert _listed(person, "invoices") == {invoice["id"], draft["id"]}
        assert _listed(person, "invoices", q=invoice_number) == {invoice["id"]}
        counted = {(found["box"], found["state"]): found["count"] for found in person.get("/v1/invoices/counts")}
        assert counted == {("sent", "delivered"): 1, ("sent", "draft"): 1}
        _worked_on(person, order, invoice, draft)
        original = person.send("GET", f"/v1/archive/{invoice['id']}/original.pdf")
        assert original.content.startswith(b"%PDF-"), shown(original)
        assert clerk.address in [user["email"] for user in person.get("/v1/users")]
        (connection,) = person.get("/v1/connections")["items"]
        assert connection["status"] == "active"
    with signed_in(mesh, clerk) as person:
        assert [company["id"] for company in person.get("/v1/session")["companies"]] == [kept]
