"""A row that means harm, or comes from an odd editor, is a row like any other: taken, or refused with its reason."""

from pathlib import Path

import orjson

from actors.documents import order_json
from po_sync.intake.rows import NDJSON, Row, rows


def _read(folder: Path, *lines: bytes) -> list[Row]:
    file = folder / "orders.ndjson"
    file.write_bytes(b"\n".join(lines))
    return list(rows(file, NDJSON))


def test_a_row_nested_more_deeply_than_it_could_be_written_again_stops_nothing(tmp_path: Path) -> None:
    deep = b'{"order":{"a":' + b"[" * 300 + b"]" * 300 + b"}}"
    refused, taken = _read(tmp_path, deep, orjson.dumps(order_json("PO-1")))
    assert refused.problems[0].code == "MALFORMED_JSON"
    assert taken.document is not None


def test_what_is_kept_of_a_refused_row_is_text_that_a_database_takes(tmp_path: Path) -> None:
    (refused,) = _read(tmp_path, b'{"number":"A\\u0000B","a\\u0000b":1}')
    kept = [refused.number, *(text for each in refused.problems for text in (each.column, each.reason))]
    assert refused.number == "AB"
    assert not any("\0" in text for text in kept)


def test_a_byte_order_mark_before_the_first_row_is_no_part_of_it(tmp_path: Path) -> None:
    (taken,) = _read(tmp_path, b"\xef\xbb\xbf" + orjson.dumps(order_json("PO-1")))
    assert taken.document is not None
    assert taken.number == "PO-1"
