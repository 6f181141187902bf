"""Files of orders: good rows taken, bad ones told, twice the same, and a process that dies in the middle."""

import asyncio
import io
import json
import signal
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from documents.order import Order
from documents.ubl.order import write_order
from local_stack.layout import REPOSITORY
from po_sync.intake.files import CHUNK, FileWorker

pytestmark = pytest.mark.connected


def order(number: str, **terms: Any) -> dict[str, Any]:
    seller = {"name": "Dupont", "identifiers": [{"value": "73282932000015", "scheme": "0009"}]}
    line = {"identifier": "10", "quantity": "10", "unit": "C62", "item": {"name": "Chair"}}
    content = {"number": number, "issue_date": "2026-11-01", "currency": "EUR", "buyer": {"name": "Acme"}}
    return content | {"seller": seller, "lines": [line]} | terms


def ndjson(*documents: Any) -> bytes:
    return b"".join(json.dumps(document).encode() + b"\n" for document in documents)


async def send(desk: Any, content: bytes, kind: str = "application/x-ndjson") -> dict[str, Any]:
    answer = await desk.client.post("/v1/order-files", content=content, headers=desk.erp() | {"content-type": kind})
    assert answer.status_code == 202, answer.text
    assert await FileWorker(desk.env, "po-sync-0").once()
    done = (await desk.client.get(answer.headers["location"], headers=desk.erp())).json()
    assert done["state"] in ("done", "failed")
    return done


async def rows(desk: Any, file: dict[str, Any], **query: Any) -> list[dict[str, Any]]:
    answer = await desk.client.get(f"/v1/order-files/{file['id']}/rows", params=query, headers=desk.erp())
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def test_good_rows_are_taken_and_bad_ones_told_by_line_column_and_reason(desk: Any) -> None:
    await desk.settle_in()
    bad = order("BAD", lines=[{"identifier": "10", "quantity": 1.5, "unit": "C62", "item": {"name": "x"}}])
    content = ndjson(order("A-1"), bad, order("A-2")) + b'{"number": \n' + ndjson(order("A-3", currency="euro"))
    done = await send(desk, content)
    assert {name: done[name] for name in ("state", "rows", "taken", "unchanged", "rejected")} == {
        "state": "done", "rows": 5, "taken": 2, "unchanged": 0, "rejected": 3
    }  # fmt: skip
    told = await rows(desk, done, outcome="rejected")
    problems = [(row["line"], row["problems"][0]["column"], row["problems"][0]["code"]) for row in told]
    assert problems == [
        (2, "/lines/0/quantity", "VALUE_REFUSED"), (4, "12", "MALFORMED_JSON"), (5, "/currency", "CURRENCY_UNKNOWN")
    ]  # fmt: skip
    report = await desk.client.get(f"/v1/order-files/{done['id']}/report.csv", headers=desk.erp())
    assert report.text.splitlines()[0] == "row,line,entry,kind,number,column,code,reason"
    assert len(report.text.splitlines()) == 1 + sum(len(row["problems"]) for row in told)
    assert len(await desk.facts_sent("order.published")) == 2
    stranger = await desk.client.get(f"/v1/order-files/{done['id']}", headers=desk.stranger())
    assert (stranger.status_code, stranger.json()["code"]) == (404, "FILE_UNKNOWN")


async def test_the_same_file_twice_changes_nothing_and_mixed_documents_follow_each_other(desk: Any) -> None:
    await desk.settle_in()
    receipt = {
        "number": "GR-1", "issue_date": "2026-11-05", "order_reference": "A-1", "buyer": {"name": "Acme"},
        "seller": {"name": "Dupont"},
        "lines": [{"identifier": "1", "received_quantity": "4", "unit": "C62", "order_line": {"line": "10"}}],
    }  # fmt: skip
    change = {"order_number": "A-1", "revision": 2, "lines": [{"identifier": "10", "quantity": "7"}]}
    content = ndjson(
        order("A-1"),
        order("A-2"),
        {"change": change},
        {"receipt": receipt},
        {"change": {"order_number": "NONE", "lines": []}},
        {"cancellation": {"order_number": "A-2", "reason": "done"}},
    )
    outcomes = ["created", "created", "changed", "recorded", "rejected", "cancelled"]
    assert [row["outcome"] for row in await rows(desk, await send(desk, content))] == outcomes
    again = await send(desk, content)
    assert [row["outcome"] for row in await rows(desk, again)] == [
        "ignored", "unchanged", "unchanged", "unchanged", "rejected", "unchanged"
    ]  # fmt: skip
    assert (again["taken"], again["unchanged"]) == (0, 5)
    assert [len(await desk.facts_sent(name)) for name in ("order.published", "order.changed", "order.closed")] == [
        2,
        1,
        1,
    ]


async def test_csv_and_zipped_ubl_say_where(desk: Any) -> None:
    await desk.settle_in()
    example = (REPOSITORY / "examples" / "order-files" / "orders.csv").read_bytes()
    done = await send(
        desk, example + b"BAD;2026-11-02;EUR;Acme;Dupont;x;0009;10;Vis;beaucoup;C62;1;;;;;;\n", "text/csv"
    )
    told = await rows(desk, done, outcome="rejected")
    assert [(row["number"], row["problems"][0]["column"]) for row in told] == [("BAD", "quantity")]
    assert done["taken"] == 2
    receipts = (REPOSITORY / "examples" / "order-files" / "receipts.csv").read_bytes()
    received = await send(desk, receipts + b"BR-9;2026-11-20;Acme;Dupont;CMD-2026-100;;1;C62;;\n", "text/csv")
    assert [(row["kind"], row["number"], row["outcome"]) for row in await rows(desk, received)] == [
        ("receipt", "BR-2026-881", "recorded"), ("receipt", "BR-2026-882", "recorded"), ("receipt", "BR-9", "rejected")
    ]  # fmt: skip
    assert (await rows(desk, received))[2]["problems"][0]["column"] == "line"
    assert (await send(desk, receipts, "text/csv"))["unchanged"] == 2
    golden = Order.model_validate_json((REPOSITORY / "examples" / "order-simple" / "order.json").read_bytes())
    good = write_order(golden)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("good.xml", good)
        archive.writestr("sums.xml", good.replace(b">1014.00<", b">1015.00<").replace(b"004711", b"004712"))
        archive.writestr("other.xml", b"<a/>")
    zipped = await send(desk, file.getvalue(), "application/zip")
    assert [(row["entry"], row["outcome"], row["waiting_for"]) for row in await rows(desk, zipped)] == [
        ("good.xml", "created", "SUPPLIER_UNKNOWN"), ("sums.xml", "rejected", None), ("other.xml", "rejected", None)
    ]  # fmt: skip
    codes = {problem["code"] for problem in (await rows(desk, zipped))[1]["problems"]}
    assert {"PEPPOL-T01-R008", "PEPPOL-T01-R024"} <= codes


@pytest.mark.parametrize(
    ("content", "kind", "code"),
    [
        (b"PK nothing", "application/zip", "NOT_A_ZIP"),
        (b"colour\n", "text/csv", "COLUMN_UNKNOWN"),
        (b"\xff\xfe\x00", "text/csv", "NOT_UTF8"),
    ],
)
async def test_a_file_that_cannot_be_read_fails_and_says_why(desk: Any, content: bytes, kind: str, code: str) -> None:
    await desk.settle_in()
    done = await send(desk, content, kind)
    assert (done["state"], done["failure"][0]["code"]) == ("failed", code)


async def test_other_formats_are_refused_before_they_are_kept(desk: Any) -> None:
    await desk.settle_in()
    answer = await desk.client.post(
        "/v1/order-files", content=b"x", headers=desk.erp() | {"content-type": "text/plain"}
    )
    assert (answer.status_code, answer.json()["code"]) == (415, "UNSUPPORTED_FORMAT")


async def test_a_revision_that_was_prepared_while_its_order_was_still_on_its_way_in_is_told_as_a_change(
    desk: Any,
) -> None:
    await desk.settle_in()
    later = order("A-0", revision=2, note="Urgent")
    content = ndjson(*(order(f"A-{n}") for n in range(CHUNK)), later, order("A-1"), order("Z-1"))
    done = await send(desk, content)
    assert (done["taken"], done["unchanged"], done["rejected"]) == (CHUNK + 2, 1, 0)
    (changed,) = await desk.facts_sent("order.changed")
    assert (changed["number"], [term["term"] for term in changed["changes"]]) == ("A-0", ["note"])


@pytest.mark.parametrize("recorded", [False, True])
async def test_a_killed_process_goes_on_where_its_last_chunk_ended(desk: Any, recorded: bool) -> None:
    await desk.settle_in()
    numbers = [f"K-{n}" for n in range(CHUNK * 2 + 5)]
    content = ndjson(*(order(number) for number in numbers))
    answer = await desk.client.post(
        "/v1/order-files", content=content, headers=desk.erp() | {"content-type": "application/x-ndjson"}
    )
    told = desk.life(chunk=2, recorded=recorded)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "file_worker_life", told, cwd=Path(__file__).parent
    )
    assert await process.wait() == -signal.SIGKILL
    path = answer.headers["location"]
    standing = (await desk.client.get(path, headers=desk.erp())).json()
    assert (standing["state"], standing["rows"]) == ("running", CHUNK)
    assert await FileWorker(desk.env, "po-sync-0").once()
    done = (await desk.client.get(path, headers=desk.erp())).json()
    assert (done["state"], done["taken"], done["rejected"]) == ("done", len(numbers), 0)
    facts = await desk.facts_sent("order.published")
    assert sorted(fact["number"] for fact in facts) == sorted(numbers)
