"""Exports: what the list shows, to the cent, and no cell that a spreadsheet would run."""

import csv
import io
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoicing import exporting
from invoicing.domain import sheets


def found(number: str = "F-1", **changed: Any) -> dict[str, Any]:
    values: dict[str, Any] = dict.fromkeys(sheets.COLUMNS) | {
        "draft": {"seller": {"name": "Dupont"}, "buyer": {"name": "Acme"}},
        "number": number,
        "status": "205",
        "order_numbers": ["PO-1", "PO-2"],
        "issue_date": date(2026, 11, 22),
        "net": Decimal("1234567.89"),
        "gross": Decimal("-0.10"),
        "delivered_at": datetime(2026, 11, 22, 9, 0, tzinfo=UTC),
    }
    return values | changed


@given(st.text(alphabet=st.characters(blacklist_categories=["Cs", "Cc"]), max_size=30))
def test_no_text_starts_a_formula(text: str) -> None:
    assert not sheets.safe(text).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert sheets.safe(text).removeprefix("'") == text.removeprefix("'")


def test_amounts_stay_numbers_and_texts_stay_texts() -> None:
    rows = [sheets.row(found("=HYPERLINK(1)"), "fr")]
    (shown,) = csv.DictReader(io.StringIO(sheets.as_csv(rows).decode("utf-8-sig")))
    assert (shown["number"], shown["net"], shown["gross"]) == ("'=HYPERLINK(1)", "1234567.89", "-0.10")
    assert (shown["status_label"], shown["order_numbers"]) == ("Approuvée", "PO-1 PO-2")
    with zipfile.ZipFile(io.BytesIO(sheets.as_xlsx(rows))) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "<v>1234567.89</v>" in sheet and "<v>-0.10</v>" in sheet


@pytest.mark.connected
async def test_an_export_is_made_beside_the_request_and_is_its_companys_own(desk: Any) -> None:
    await desk.settle_in()
    for number in ("F-1", "=2+3"):
        wanted = {"order_id": str(await desk.order(f"PO {number}", 10)), "document": {"number": number}}
        await desk.client.post("/v1/invoices", json=wanted, headers=desk.seller())
    answer = await desk.client.post("/v1/exports", params={"state": "draft"}, headers=desk.seller())
    assert answer.status_code == 202, answer.text
    path = f"/v1/exports/{answer.json()['id']}"
    assert (await desk.client.get(f"{path}/content", headers=desk.seller())).status_code == 404
    assert [await exporting.once(desk.env), await exporting.once(desk.env)] == [True, False]
    assert (await desk.client.get(path, headers=desk.seller())).json()["rows"] == 2
    assert (await desk.client.get(f"{path}/content", headers=desk.stranger())).status_code == 404
    sheet = (await desk.client.get(f"{path}/content", headers=desk.seller())).content.decode("utf-8-sig")
    shown = list(csv.DictReader(io.StringIO(sheet)))
    assert {row["number"] for row in shown} == {"F-1", "'=2+3"}
    assert {(row["net"], row["gross"]) for row in shown} == {("125.00", "150.00")}
