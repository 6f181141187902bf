"""How a supplier becomes ready to transact, who pays for what they send, and how companies are found."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from actors.days import moved
from actors.documents import fresh, order_to, whole_receipt
from actors.mesh import UNIT, Mesh
from actors.newcomers import brought, signed_in
from actors.session import Machine, Nobody, Person, shown
from actors.trade import XML, Supplier
from actors.waiting import eventually

pytestmark = pytest.mark.e2e


def test_any_part_of_a_name_finds_a_company(supplier: Supplier) -> None:
    found = supplier.session.get("/v1/partners", q="EXC")
    assert "GROUPE EXCO" in [each["legal_name"] for each in found["items"]]
    short = supplier.session.send("GET", "/v1/partners", params={"q": "EX"})
    assert (short.status_code, short.json()["code"]) == (422, "SEARCH_TOO_SHORT"), shown(short)


def test_silence_over_a_weekend_makes_a_supplier_ready(mesh: Mesh, buyer: Person, operator: Person) -> None:
    mailbox, _, _ = brought(mesh, buyer, fresh("Tonnellerie"), str(UNIT))
    with signed_in(mesh, mailbox) as person:
        (connection,) = person.get("/v1/connections")["items"]
        path = f"/v1/connections/{connection['id']}"
        notice = {"instructions": "Indiquez le numéro de commande.", "contact": "achats@rhin.example"}
        with moved(operator, "registration") as days:
            days.pass_by(timedelta(days=(3 - days.now().weekday()) % 7))  # a Thursday
            noticed = buyer.ask("POST", f"{path}/ready", json=notice)
            mailbox.subject("RTT – Prêt à la transaction")
            until = datetime.fromisoformat(noticed["activates_at"])
            assert until - days.now() > timedelta(days=6), "a weekend lies between"
            person.ask("POST", f"{path}/ready/question", json={"text": "Et les avoirs ?"})
            held = buyer.ask("POST", f"{path}/ready/answer", json={"text": "De même."})
            assert held["ready_state"] == "notified"
            days.pass_by(datetime.fromisoformat(held["activates_at"]) - days.now() + timedelta(minutes=1))
            eventually("ready by itself", lambda: person.get(path)["ready_state"] == "ready")
        mailbox.subject("Prêt :")


def test_a_form_invoice_is_free_where_the_unit_pays_for_forms_and_an_upload_counts(
    mesh: Mesh, erp: Machine, buyer: Person, operator: Person
) -> None:
    settings = {"pays_channels": ["form"], "receipt_required": False}
    unit = buyer.ask("POST", "/v1/units", 201, json={"name": fresh("Atelier"), "settings": settings})
    try:
        _pays_for_forms(mesh, erp, buyer, operator, unit["id"])
    finally:
        version = next(each for each in buyer.get("/v1/units") if each["id"] == unit["id"])["version"]
        closed = {"if-match": f'"v{version}"'}
        buyer.ask("PATCH", f"/v1/units/{unit['id']}", 200, json={"active": False}, headers=closed)


_CSV = (
    "invoice_number;issue_date;currency;seller_name;seller_vat;buyer_name;order_number;iban;"
    "line;order_line;item_name;quantity;unit;price;vat_category;vat_rate"
)


def _uploaded(person: Nobody, seller: dict[str, str], order: str) -> str:
    """The draft of an invoice that came as a file."""
    today = datetime.now(UTC).date().isoformat()
    names = (seller["name"], seller["vat"], "Brasseries du Rhin SA", order, "FR7630006000011234567890189")
    values = (fresh("FILE"), today, "EUR", *names, "1", "10", "Goods", "1", "C62", "8.45", "S", "20")
    content = "\n".join([_CSV, ";".join(values)]).encode()
    (file,) = person.ask("POST", "/v1/uploads", 201, params={"name": "invoices.csv"}, content=content)["files"]
    assert file["invoice_id"], file
    return str(file["invoice_id"])


def _pays_for_forms(mesh: Mesh, erp: Nobody, buyer: Nobody, operator: Nobody, unit_id: str) -> None:
    mailbox, row, company_id = brought(mesh, buyer, fresh("Faïencerie"), unit_id)
    operator.ask("PUT", f"/v1/companies/{company_id}/grant", 200, json={"transactions": 1})
    number = fresh("PAYE")
    order = order_to(number, row["siret"][:9], row["siret"], row["vat"])
    erp.ask("POST", "/v1/orders", content=order, headers=XML, params={"unit": unit_id})
    with signed_in(mesh, mailbox) as person:
        newcomer = Supplier(person)
        found = newcomer.order(number)
        erp.ask("POST", "/v1/receipts", 201, json=whole_receipt(number))
        newcomer.lines_when("received lines", found["id"], lambda lines: lines["10"]["billable"])
        eventually("one may be sent", lambda: person.get("/v1/invoices/balance")["left"] == 1)
        written = newcomer.draft_of(found["id"], fresh("FORM"), line_10="1")
        newcomer.submit(written["id"])
        assert person.get("/v1/invoices/balance")["left"] == 1, "the unit pays for what is written in the form"
        upload = _uploaded(person, row, number)
        sent = person.send("POST", f"/v1/invoices/{upload}/submit", headers={"idempotency-key": str(uuid4())})
        assert sent.status_code == 202, shown(sent)
        assert person.get("/v1/invoices/balance")["left"] == 0, "an upload counts"
