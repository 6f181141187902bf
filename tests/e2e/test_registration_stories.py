"""Who is who, through the gateway: links and codes come from the mail catcher, as people find them."""

import secrets

import pytest

from actors.caught_mail import Mailbox
from actors.documents import fresh, order_to, whole_receipt
from actors.mesh import UNIT, Mesh
from actors.newcomers import activated, bring, brought, company_of, entity, new_email, signed_in, token_of
from actors.session import Machine, Person, shown
from actors.trade import Supplier, publish
from actors.waiting import eventually

pytestmark = pytest.mark.e2e


def test_a_newcomer_comes_in_and_the_second_one_asks_them_for_access(mesh: Mesh, buyer: Person) -> None:
    line = entity(fresh("Atelier"), new_email())
    first, second = Mailbox(mesh, line["email"]), Mailbox(mesh, new_email())
    with mesh.nobody() as nobody:
        found = nobody.get(f"/v1/registrations/registers/siret/{line['siret']}")
        assert found["state"] == "unknown", "the register of this mesh does not know it, and people type on"
        wanted = {"company": company_of(line), "person": {"email": first.address, "name": "Maëlle Kerbrat"}}
        nobody.ask("POST", "/v1/registrations", 202, json=wanted)
        company_id = activated(nobody, token_of(first))["company_id"]
        taken = nobody.send(
            "POST", "/v1/registrations", json=wanted | {"person": {"email": second.address, "name": "Yann Autre"}}
        )
        assert (taken.status_code, taken.json()["code"]) == (409, "ACCOUNT_EXISTS"), shown(taken)
        number = {"scheme": "0009", "value": line["siret"]}
        asked = {"company": number, "email": second.address, "name": "Yann Autre"}
        nobody.ask("POST", "/v1/registrations/access-requests", 202, json=asked)
    with signed_in(mesh, first) as person:
        one = {"side": "customer", "entity": entity("Client", new_email())}
        refused = person.send("POST", "/v1/invitations", json=one)
        assert (refused.status_code, refused.json()["code"]) == (403, "COMPANY_UNCONFIRMED"), shown(refused)
        (request,) = person.get("/v1/users/access-requests")
        path = f"/v1/users/access-requests/{request['id']}/accept"
        person.ask("POST", path, 204, json={"roles": ["accountant"]})
        connection = person.ask("POST", "/v1/connections", 201, json={"unit_id": str(UNIT)})
        buyer.ask("POST", f"/v1/connections/{connection['id']}/accept", 200, json={"consent": True})
        person.ask("POST", "/v1/invitations", 201, json=one)
        with mesh.nobody() as nobody:
            assert activated(nobody, token_of(second))["company_id"] == company_id
        names = [user["name"] for user in person.get("/v1/users")]
        assert sorted(names) == ["Maëlle Kerbrat", "Yann Autre"]


def test_one_person_with_three_entities_opens_only_what_they_accept(mesh: Mesh, supplier: Supplier) -> None:
    mailbox = Mailbox(mesh, new_email())
    names = [fresh("Hotel") for _ in range(3)]
    bring(supplier.session, [entity(name, mailbox.address) for name in names], side="customer", name=names[0])
    with mesh.nobody() as nobody:
        offered = {
            nobody.get(f"/v1/activations/{token}")["company"]: token for token in [token_of(mailbox) for _ in names]
        }
        assert set(offered) == set(names), "a mail and a link for each entity"
        activated(nobody, offered[names[0]])
        nobody.ask("POST", f"/v1/activations/{offered[names[1]]}/decline", 204)
        again = nobody.send("POST", f"/v1/activations/{offered[names[1]]}/decline")
        assert (again.status_code, again.json()["code"]) == (410, "ACTIVATION_OVER"), "a link is used once"
        guessed = nobody.send("GET", f"/v1/activations/{secrets.token_urlsafe(32)}")
        assert (guessed.status_code, guessed.json()["code"]) == (404, "ACTIVATION_UNKNOWN")
    found = supplier.session.get("/v1/invitations", side="customer")["items"]
    states = {each["legal_name"]: each["state"] for each in found}
    assert [states[name] for name in names] == ["accepted", "declined", "opened"]
    with signed_in(mesh, mailbox) as person:
        session = person.get("/v1/session")
    assert [company["legal_name"] for company in session["companies"]] == [names[0]]


def test_a_campaign_of_a_hundred_reports_its_seven_bad_rows(mesh: Mesh, buyer: Person) -> None:
    rows = [entity(f"Fournisseur {number}", new_email()) for number in range(100)]
    for bad in range(7):
        rows[bad * 10] |= [{"siret": ""}, {"vat": "FR00000000000"}, {"email": "nobody"}, {"name": "=cmd()"}][bad % 4]
    campaign = bring(buyer, rows, side="supplier", name=fresh("Campagne"), unit_id=str(UNIT))
    assert (campaign["accepted"], campaign["rejected"], campaign["sent"]) == (93, 7, 93)
    path = f"/v1/invitations/campaigns/{campaign['id']}"
    told = buyer.send("GET", f"{path}/errors").text.splitlines()[1:]
    assert told[:4] == ["2;siret;MISSING", "12;vat;NOT_VALID", "22;email;NO_ADDRESS", "32;name;FORMULA"]
    mailbox = Mailbox(mesh, rows[1]["email"])
    with mesh.nobody() as nobody:
        activated(nobody, token_of(mailbox))
    with signed_in(mesh, mailbox) as person:
        (connection,) = person.get("/v1/connections")["items"]
    assert (connection["status"], connection["supplier_confirmed"]) == ("active", True)
    assert buyer.get(path)["done"] == 1


def test_a_plan_is_used_up_and_refilled_by_a_pack(mesh: Mesh, erp: Machine, buyer: Person, operator: Person) -> None:
    mailbox, row, company_id = brought(mesh, buyer, fresh("Tuilerie"), str(UNIT))
    with signed_in(mesh, mailbox) as person:
        newcomer = Supplier(person)
        assert person.get("/v1/plans")["granted"] == 10, "a month's free ones at once"
        operator.ask("PUT", f"/v1/companies/{company_id}/grant", 200, json={"transactions": 1})
        number = fresh("PLAN")
        publish(erp, order_to(number, row["siret"][:9], row["siret"], row["vat"]))
        order = newcomer.order(number)
        erp.ask("POST", "/v1/receipts", 201, json=whole_receipt(number))
        newcomer.lines_when("received lines", order["id"], lambda found: found["10"]["billable"])
        eventually("one may be sent", lambda: person.get("/v1/invoices/balance")["left"] == 1)
        first = newcomer.draft_of(order["id"], fresh("P"), line_10="1")
        second = newcomer.draft_of(order["id"], fresh("P"), line_10="1")
        newcomer.submit(first["id"])
        empty = newcomer.try_to_submit(second["id"])
        assert (empty.status_code, empty.json()["code"]) == (409, "NO_ALLOWANCE"), shown(empty)
        bought = person.ask("POST", "/v1/plans/purchases", 201, json={"pack": "S"})
        assert (bought["state"], bought["transactions"]) == ("paid", 50)
        eventually("the pack is there", lambda: person.get("/v1/invoices/balance")["left"] == 50)
        newcomer.submit(second["id"])
