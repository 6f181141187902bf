"""What the tenant matrix is about: documents and settings of the demo's buyer and supplier, marked with a canary."""

import hashlib
import json
import secrets
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from typing import Any

from actors import planted
from actors.documents import fresh, order_json, whole_receipt
from actors.listener import listening
from actors.mesh import BUYER, SUPPLIER, UNIT, Mesh
from actors.session import Nobody, Person
from actors.subject_people import People, of_themselves, places, put_away, support, without_webhooks
from actors.trade import TO_UNIT, Supplier
from actors.waiting import eventually
from signing.domain.short_code import short_code

_NDJSON = {"content-type": "application/x-ndjson"}


def _marked_order(erp: Nobody, supplier: Supplier, canary: str) -> dict[str, Any]:
    number = fresh(canary)
    erp.ask("POST", "/v1/orders", 201, json=order_json(number), params=TO_UNIT)
    return supplier.order(number)


@contextmanager
def subject(mesh: Mesh) -> Generator[dict[str, str]]:
    """Everything that `actors.operations` names; the canary stands in numbers, names and references."""
    canary = f"CANARY{secrets.token_hex(4).upper()}"
    with ExitStack() as signed_in:
        people = People(
            **{name: signed_in.enter_context(mesh.person(person)) for name, person in People.NAMES.items()},
            erp=signed_in.enter_context(mesh.erp()),
        )
        for person in (people.buyer, people.supplier):
            without_webhooks(person)
        made = _documents(people.erp, people.buyer, Supplier(people.supplier), canary)
        made |= (
            places(mesh, people, canary) | of_themselves(mesh, people.member, canary) | support(people, made, canary)
        )
        made |= _rulebook(people, made["unit_id"])
        with planted.by_services(mesh) as theirs:
            yield made | theirs
        put_away(mesh, people, made)


def _documents(erp: Nobody, buyer: Person, supplier: Supplier, canary: str) -> dict[str, str]:
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
    heads = eventually("a signed head", lambda: buyer.get("/v1/archive/heads", limit=1)["heads"] or None)
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
    tax = {"name": canary, "parts": [{"kind": "GST", "rate": "5", "registration": "RT0001"}]}
    supplier.session.ask("PUT", f"/v1/tax-codes/{canary}", json=tax)
    noted = {"supplier_id": str(SUPPLIER), "number": fresh(canary), "issue_date": "2026-11-02"}
    paper = buyer.ask("POST", "/v1/paper-invoices", 201, json=noted)
    return {
        "canary": canary,
        "fresh": fresh("NEW"),
        "supplier_name": "Ateliers Kœnig & Fils SARL",
        "buyer_id": str(BUYER),
        "supplier_id": str(SUPPLIER),
        "demo_unit_id": str(UNIT),
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
        "head_size": str(heads[0]["size"]),
        "upload_id": upload["id"],
        "template_id": template["id"],
        "tax_code": canary,
        "new_tax_code": "MATRIX",
        "webhook_id": webhook["id"],
        "delivery_id": sent[0]["id"],
        "hook_url": listener.url,
        "channel": buyer.get("/v1/preferences")["channel"],
        "verb": "cancel",
        "paper_id": paper["id"],
    }


def _printed_code(supplier: Supplier, invoice_id: str) -> str:
    """What stands on the original's page: the first 60 bits of its XML's SHA-256."""
    xml = supplier.session.send("GET", f"/v1/archive/{invoice_id}/invoice.xml").content
    return short_code(hashlib.sha256(xml).hexdigest())


def _rulebook(people: People, unit_id: str) -> dict[str, str]:
    """A first version for the subject's own unit, and a draft of another one; no invoice goes to that unit."""
    path = f"/v1/rulebooks/{unit_id}"
    eventually("the unit", lambda: people.second.send("GET", path).is_success)
    _tried(people.second, path, "warning")
    first = people.buyer.ask("POST", f"{path}/publish", 201)
    _tried(people.second, path, "fatal")
    return {"rulebook_version": str(first["version"])}


def _tried(person: Person, path: str, severity: str) -> None:
    rules = [{"id": "received", "kind": "receipt-required", "severity": severity}]
    person.ask("PUT", f"{path}/draft", 200, json={"rules": rules})
    person.ask("POST", f"{path}/draft/test", 200)
    person.ask("POST", f"{path}/draft/backtest", 200)
