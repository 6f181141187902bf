"""What the tenant matrix is about: documents and settings of the demo's buyer and supplier, marked with a canary."""

import hashlib
import json
import secrets
from typing import Any
from uuid import uuid4

from actors.documents import fresh, order_json, whole_receipt
from actors.listener import listening
from actors.mesh import BUYER, SUPPLIER, UNIT
from actors.session import Nobody, Person
from actors.trade import TO_UNIT, Supplier
from actors.waiting import eventually
from signing.domain.short_code import short_code

_NDJSON = {"content-type": "application/x-ndjson"}


def _marked_order(erp: Nobody, supplier: Supplier, canary: str) -> dict[str, Any]:
    number = fresh(canary)
    erp.ask("POST", "/v1/orders", 201, json=order_json(number), params=TO_UNIT)
    return supplier.order(number)


def make(erp: Nobody, buyer: Person, supplier: Supplier) -> dict[str, str]:
    """Make everything that `actors.operations` names; the canary stands in numbers, names and references."""
    canary = f"CANARY{secrets.token_hex(4).upper()}"
    with listening() as listener:
        webhook = buyer.ask(
            "POST",
            "/v1/webhooks",
            201,
            json={"url": listener.url, "types": ["invoice.archived"], "description": canary},
        )
        order, spare_order = (_marked_order(erp, supplier, canary) for _ in range(2))
        answered = f"/v1/orders/{order['id']}"
        response = supplier.session.ask("POST", f"{answered}/responses", 201, json={"note": canary})
        receipt = erp.ask("POST", "/v1/receipts", 201, json=whole_receipt(order["number"]))
        supplier.lines_when("the receipt", order["id"], lambda found: found["10"]["received"] == "120")
        invoice = supplier.deliver(order["id"], fresh(canary), line_10="2")
        listener.wait("invoice.archived", invoice["id"])
    sent = eventually(
        "the webhook's delivery",
        lambda: buyer.get(f"/v1/webhooks/{webhook['id']}/deliveries", state="delivered")["items"] or None,
    )
    goods = {"number": fresh(canary), "lines": [{"identifier": "20", "quantity": "1"}]}
    despatch = supplier.session.ask("POST", f"{answered}/despatches", 201, json=goods)
    content = json.dumps(order_json(fresh(canary))).encode()
    file = erp.ask("POST", "/v1/order-files", 202, content=content, headers=_NDJSON, params=TO_UNIT | {"name": canary})
    draft = supplier.draft_of(order["id"], fresh(canary), line_10="1")
    spare = supplier.draft_of(order["id"], fresh(canary), line_10="1")
    named = {"invoice_id": spare["id"], "name": f"{canary}.csv"}
    attachment = supplier.session.ask("POST", "/v1/attachments", 201, params=named, content=b"a;b\n1;2\n")
    model = {"invoice_id": draft["id"], "name": canary}
    template = supplier.session.ask("POST", "/v1/templates", 201, json=model)
    export = supplier.session.ask("POST", "/v1/exports", 202, params={"q": canary})
    eventually("the export", lambda: supplier.session.get(f"/v1/exports/{export['id']}")["state"] == "done")
    taken = buyer.ask("POST", "/v1/archive/exports", 201, params={"q": canary})
    upload = supplier.session.ask("POST", "/v1/uploads", 201, params={"name": f"{canary}.xml"}, content=b"<Order/>")
    return {
        "canary": canary,
        "fresh": fresh("NEW"),
        "supplier_name": "Ateliers Kœnig & Fils SARL",
        "canary_id": str(uuid4()),
        "buyer_id": str(BUYER),
        "supplier_id": str(SUPPLIER),
        "demo_unit_id": str(UNIT),
        "rulebook_version": "1",
        "order_id": order["id"],
        "order_number": order["number"],
        "spare_order_id": spare_order["id"],
        "receipt_id": receipt["id"],
        "answered_order_id": order["id"],
        "response_id": response["id"],
        "despatch_id": despatch["id"],
        "file_id": file["id"],
        "invoice_id": invoice["id"],
        "code": _printed_code(supplier, invoice["id"]),
        "draft_id": draft["id"],
        "draft_version": str(draft["version"]),
        "spare_draft_id": spare["id"],
        "attachment_id": attachment["id"],
        "export_id": export["id"],
        "archive_export_id": taken["id"],
        "first_part": "1",
        "upload_id": upload["id"],
        "template_id": template["id"],
        "tax_code": canary,
        "webhook_id": webhook["id"],
        "delivery_id": sent[0]["id"],
        "channel": buyer.get("/v1/preferences")["channel"],
        "verb": "pause",
        "ticket_number": "999999999",
        **_people_and_places(buyer, supplier, canary),
    }


def _printed_code(supplier: Supplier, invoice_id: str) -> str:
    """What stands on the original's page: the first 60 bits of its XML's SHA-256."""
    xml = supplier.session.send("GET", f"/v1/archive/{invoice_id}/invoice.xml").content
    return short_code(hashlib.sha256(xml).hexdigest())


def _people_and_places(buyer: Person, supplier: Supplier, canary: str) -> dict[str, str]:
    wanted = {"name": canary, "scopes": ["orders:read"]}
    client = buyer.ask("POST", f"/v1/companies/{BUYER}/clients", 201, json=wanted)
    company = buyer.send("GET", f"/v1/companies/{BUYER}")  # its version counts clients too
    profile = buyer.send("GET", f"/v1/companies/{BUYER}/profile")
    unit = buyer.ask("POST", "/v1/units", 201, json={"name": fresh("UNIT")})
    connection = supplier.session.ask("POST", "/v1/connections", 201, json={"unit_id": unit["id"], "message": canary})
    somebody = {"email": f"{fresh(canary).lower()}@tests.navette.example", "name": canary, "roles": ["viewer"]}
    users = buyer.get("/v1/users")
    viewer = next(user for user in users if user["email"].startswith("buyer-viewer@"))
    return {
        "company_version": company.headers["etag"].strip('"v'),
        "profile_version": profile.headers["etag"].strip('"v'),
        "client_id": client["id"],
        "unit_id": unit["id"],
        "unit_version": str(unit["version"]),
        "connection_id": connection["id"],
        "viewer_id": viewer["id"],
        "invited_id": buyer.ask("POST", "/v1/users", 202, json=somebody)["id"],
    }


def put_away(buyer: Person, subject: dict[str, str]) -> None:
    """Close the unit that was made: orders that name none go to a buyer's only one."""
    unit = next(unit for unit in buyer.get("/v1/units") if unit["id"] == subject["unit_id"])
    headers = {"if-match": f'"v{unit["version"]}"'}
    buyer.ask("PATCH", f"/v1/units/{unit['id']}", 200, json={"active": False}, headers=headers)
