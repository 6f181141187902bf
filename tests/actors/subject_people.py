"""People and places of the tenant matrix's subject: units, connections, who asks for access, tickets, and one's own."""

import json
from dataclasses import dataclass
from typing import ClassVar

from actors.caught_mail import Mailbox
from actors.documents import fresh
from actors.mesh import BUYER, Mesh
from actors.newcomers import entity, token_of
from actors.session import Nobody, Person

_NUMBERS = ({"scheme": "0002", "value": "908172638"}, {"scheme": "VAT", "value": "FR65908172638"})
"""The buyer's: who asks for access is slowed down by the number they ask with."""
_TESTS = "tests.navette.example"
_ELSEWHERE = ("outsider", "exco")
"""People of the other companies that the matrix asks as."""


@dataclass(frozen=True)
class People:
    """Who makes the subject."""

    NAMES: ClassVar = {
        "buyer": "buyer",
        "second": "buyer-second",
        "member": "member",
        "supplier": "supplier",
        "operator": "operator",
        "other_operator": "operator-second",
    }
    buyer: Person
    second: Person
    member: Person
    supplier: Person
    operator: Person
    other_operator: Person
    erp: Nobody


def places(mesh: Mesh, people: People, canary: str) -> dict[str, str]:
    """The buyer's own: a program, units, connections, people."""
    buyer, own = people.buyer, f"/v1/companies/{BUYER}"
    users = {user["email"].partition("@")[0]: user["id"] for user in buyer.get("/v1/users")}
    buyer.ask("PATCH", f"/v1/users/{people.member.whoami['user_id']}", 200, json={"roles": ["administrator"]})
    client = buyer.ask("POST", f"{own}/clients", 201, json={"name": canary, "scopes": ["orders:read"]})
    at_desk = {"support_contact": f"desk@{_TESTS}"}
    unit, asked = (
        buyer.ask("POST", "/v1/units", 201, json={"name": fresh("UNIT"), "settings": at_desk}) for _ in range(2)
    )
    connection = _asks(people.supplier, unit["id"], canary)
    for name in _ELSEWHERE:
        with mesh.person(name) as person:
            _asks(person, asked["id"], "")
    systems = people.operator.get(f"/v1/ops/registration/companies/{BUYER}/back-end")
    return {
        "company_version": buyer.send("GET", own).headers["etag"].strip('"v'),  # counts clients and people too
        "profile_version": buyer.send("GET", f"{own}/profile").headers["etag"].strip('"v'),
        "back_end_version": str(systems[0]["version"] if systems else 0),
        "client_id": client["id"],
        "unit_id": unit["id"],
        "unit_version": str(unit["version"]),
        "asked_unit_id": asked["id"],
        "connection_id": connection,
        "asked_connection_id": _asks(people.supplier, asked["id"], canary),
        "viewer_id": users["buyer-viewer"],
        "former_id": users["buyer-former"],
        "desk_ticket_id": _at_desk(people.supplier, unit["id"], canary),
        **_group(mesh, buyer),
        **_newcomers(buyer, unit["id"], canary),
    }


def _group(mesh: Mesh, buyer: Person) -> dict[str, str]:
    """The buyer has asked one company into its group, and another one asks the buyer into its own."""
    own = f"/v1/companies/{BUYER}/group"
    for link in buyer.get(own):
        buyer.ask("DELETE", f"{own}/{link['id']}", 204)
    listed, head = (_company_of(mesh, name) for name in _ELSEWHERE)
    link = buyer.ask("POST", own, 201, json={"entity_id": listed})
    with mesh.person("exco-administrator") as person:
        asked = person.ask("POST", f"/v1/companies/{head}/group", 201, json={"entity_id": str(BUYER)})
    return {"listed_id": listed, "link_id": link["id"], "asked_link_id": asked["id"]}


def _at_desk(person: Person, unit_id: str, canary: str) -> str:
    """A question that the unit's own people answer."""
    question = {"topic": "orders", "unit_id": unit_id, "subject": canary, "text": canary}
    return str(person.ask("POST", "/v1/tickets", 201, json=question)["id"])


def _company_of(mesh: Mesh, name: str) -> str:
    with mesh.person(name) as person:
        return str(person.whoami["companies"][0]["id"])


def _asks(person: Person, unit_id: str, message: str) -> str:
    connection = person.ask("POST", "/v1/connections", 201, json={"unit_id": unit_id, "message": message})
    return str(connection["id"])


def _newcomers(buyer: Person, unit_id: str, canary: str) -> dict[str, str]:
    """Who was asked in, who asks for access, and a supplier that was brought."""
    invited = {"email": f"{fresh(canary).lower()}@{_TESTS}", "name": canary, "roles": ["viewer"]}
    for number in _NUMBERS:
        wanted = {"company": number, "email": f"{fresh(canary).lower()}@{_TESTS}", "name": canary}
        buyer.ask("POST", "/v1/registrations/access-requests", 202, json=wanted)
    requests = [each["id"] for each in buyer.get("/v1/users/access-requests") if each["name"] == canary]
    row = {"side": "supplier", "unit_id": unit_id, "entity": entity(canary, f"{fresh(canary).lower()}@{_TESTS}")}
    campaign = buyer.ask("POST", "/v1/invitations", 201, json=row)
    brought = buyer.get("/v1/invitations", side="supplier")["items"]
    return {
        "invited_id": buyer.ask("POST", "/v1/users", 202, json=invited)["id"],
        "accepted_request_id": requests[0],
        "refused_request_id": requests[1],
        "campaign_id": campaign["id"],
        "prospect_id": next(each["id"] for each in brought if each["campaign_id"] == campaign["id"]),
        "entity": json.dumps(entity(fresh("NEW"), f"{fresh('new').lower()}@{_TESTS}")),
    }


def of_themselves(mesh: Mesh, member: Person, canary: str) -> dict[str, str]:
    """How the member signs in: without what a run before left; two further addresses, a factor, another session."""
    own, given = "/v1/session", {"password": mesh.people[member.email]}
    for each in member.get(f"{own}/addresses")["further"]:
        if each["email"] == member.email:
            member.ask("POST", f"{own}/addresses/{each['id']}/primary", 204, json=given)
    for kind in ("addresses", "factors"):
        left = member.get(f"{own}/{kind}")
        for each in left.get("further", left.get("factors")):
            member.ask("POST", f"{own}/{kind}/{each['id']}/remove", 204, json=given)
    for _ in range(2):
        mailbox = Mailbox(mesh, f"{fresh(canary).lower()}@{_TESTS}")
        member.ask("POST", f"{own}/addresses", 202, json=given | {"email": mailbox.address})
        member.ask("POST", f"/v1/activations/{token_of(mailbox)}", 200, json=given)
    address, spare = (each["id"] for each in member.get(f"{own}/addresses")["further"])
    factor = member.ask("POST", f"{own}/factors", 201, json=given | {"kind": "totp", "name": canary})
    with Person(member.access, member.email, given["password"]) as elsewhere:
        sessions = elsewhere.get(f"{own}/sessions")
    return given | {
        "address_id": address,
        "spare_address_id": spare,
        "factor_id": factor["id"],
        "factor_challenge": factor["challenge"],
        "session_id": next(each["id"] for each in sessions if each["current"]),
    }


def support(people: People, made: dict[str, str], canary: str) -> dict[str, str]:
    """A ticket with a file, acts that another operator asked for, and a hold."""
    asked = {"topic": "other", "subject": canary, "text": canary}
    ticket = people.supplier.ask("POST", "/v1/tickets", 201, json=asked)
    path = f"/v1/tickets/{ticket['id']}/files"
    ticket = people.supplier.ask("POST", path, 201, params={"name": f"{canary}.txt"}, content=canary.encode())
    act = {"kind": "company_confirm", "company_id": str(BUYER), "reason": canary}
    approved, refused = (people.other_operator.ask("POST", "/v1/ops/registration/acts", 201, json=act) for _ in "12")
    wanted = {"invoice_id": made["invoice_id"], "reason": canary}
    return {
        "ticket_id": ticket["id"],
        "ticket_number": str(ticket["number"]),
        "ticket_file_id": ticket["files"][0]["id"],
        "approved_act_id": approved["id"],
        "refused_act_id": refused["id"],
        "hold_id": people.operator.ask("POST", "/v1/ops/archive/holds", 201, json=wanted)["id"],
    }


def without_webhooks(person: Nobody) -> None:
    """What others left is gone: deliveries that failed are tried again, and so change rows that nobody asked for."""
    for webhook in person.get("/v1/webhooks", limit="100")["items"]:
        person.ask("DELETE", f"/v1/webhooks/{webhook['id']}")


def put_away(mesh: Mesh, people: People, made: dict[str, str]) -> None:
    """What would be in the way of others: orders that name no unit go to a buyer's only one, and there are few
    programs and webhooks."""
    for unit in people.buyer.get("/v1/units"):
        if unit["id"] in (made["unit_id"], made["asked_unit_id"]):
            headers = {"if-match": f'"v{unit["version"]}"'}
            people.buyer.ask("PATCH", f"/v1/units/{unit['id']}", 200, json={"active": False}, headers=headers)
    path = f"/v1/companies/{BUYER}/clients"
    for client in people.buyer.get(path):
        if client["name"] == made["canary"]:
            people.buyer.ask("DELETE", f"{path}/{client['id']}")
    for name in ("buyer", *_ELSEWHERE):
        with mesh.person(name) as person:
            without_webhooks(person)
    for link in people.buyer.get(f"/v1/companies/{BUYER}/group"):
        people.buyer.ask("DELETE", f"/v1/companies/{BUYER}/group/{link['id']}", 204)
    for act in people.other_operator.get("/v1/ops/registration/acts", state="asked"):
        if act["company_id"] == str(BUYER):
            people.other_operator.send("POST", f"/v1/ops/registration/acts/{act['id']}/refuse", json={})
