"""The rows of a file: each a document or what stands against it, read one after the other from a file on disk."""

import zipfile
from codecs import BOM_UTF8
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import orjson
from pydantic import ValidationError

from contracts.faults import json_pointer
from contracts.limits import DOCUMENT_BODY
from documents.csv.order import read_orders
from documents.csv.receipt import RECEIPTS, read_receipts
from documents.csv.table import names_of
from documents.errors import DocumentError, DocumentUnreadable, Problem
from documents.order import Order
from documents.order_change import OrderCancellation, OrderChange
from documents.reading import OrderDocument, read_order_document
from documents.receipt import ReceiptAdvice
from documents.values import Model

NDJSON: Final = "application/x-ndjson"
CSV: Final = "text/csv"
ZIP: Final = "application/zip"
XML: Final = "application/xml"
FORMATS: Final = (NDJSON, CSV, ZIP, XML)
MOST_ENTRIES: Final = 100_000
_LONGEST_HEADER: Final = 10_000
_KINDS: Final[dict[str, type[Model]]] = {
    "order": Order,
    "change": OrderChange,
    "cancellation": OrderCancellation,
    "receipt": ReceiptAdvice,
}
_NAMES: Final = {model: name for name, model in _KINDS.items()}


@dataclass(frozen=True)
class RowProblem:
    """One thing that stands against a row. `column`: of a CSV; else a JSON Pointer, or the path of an XML element."""

    code: str
    line: int
    column: str
    reason: str


@dataclass(frozen=True)
class Row:
    """One document of a file; `line` is where it begins, `entry` its name within a zip."""

    line: int
    kind: str
    number: str
    document: OrderDocument | None
    problems: tuple[RowProblem, ...] = ()
    entry: str | None = None
    xml: bytes | None = None


class FileUnreadable(Exception):
    """Nothing of the file can be read; `problems` say why."""

    def __init__(self, *problems: RowProblem) -> None:
        super().__init__(problems[0].code)
        self.problems = problems


def rows(path: Path, media_type: str) -> Iterator[Row]:
    """The rows of a file; memory holds one. Raises FileUnreadable, when its first row is asked for."""
    match media_type:
        case "application/x-ndjson":
            return _of_ndjson(path)
        case "text/csv":
            return _of_csv(path)
        case "application/zip":
            return _of_zip(path)
        case _:
            return iter([_of_xml(path.read_bytes(), None)])


def number_of(document: OrderDocument | None) -> str:
    """The number by which people know the document's order, or the receipt."""
    if isinstance(document, Order | ReceiptAdvice):
        return document.number
    return (document.order_number or "") if document is not None else ""


def _row(line: int, document: OrderDocument, entry: str | None = None, xml: bytes | None = None) -> Row:
    return Row(line, _NAMES[type(document)], number_of(document), document, entry=entry, xml=xml)


def _refused(line: int, *problems: RowProblem, kind: str = "order", number: str = "", entry: str | None = None) -> Row:
    named = tuple(replace(p, column=_storable(p.column), reason=_storable(p.reason)) for p in problems[:50])
    return Row(line, kind, _storable(number)[:200], None, named, entry)


def _storable(text: str) -> str:
    return text.replace("\0", "")  # PostgreSQL keeps no NUL, and a row that is refused is kept too


# JSON, one document a line


def _of_ndjson(path: Path) -> Iterator[Row]:
    with path.open("rb") as file:
        line = 0
        while text := file.readline(DOCUMENT_BODY + 1):
            line += 1
            if len(text) > DOCUMENT_BODY:
                _skip_line(file, text)
                yield _refused(line, RowProblem("ROW_TOO_LARGE", line, "", f"A row has at most {DOCUMENT_BODY} bytes."))
            elif text.strip():
                yield _of_json(line, text.removeprefix(BOM_UTF8) if line == 1 else text)


def _skip_line(file: Any, text: bytes) -> None:
    while text and not text.endswith(b"\n"):
        text = file.readline(DOCUMENT_BODY)


def _of_json(line: int, text: bytes) -> Row:
    """A document, or `{"change": …}`, `{"cancellation": …}`, `{"receipt": …}`, `{"order": …}`."""
    text = text.rstrip(b"\r\n")
    try:
        content: Any = orjson.loads(text)
    except ValueError as error:
        column = str(getattr(error, "colno", ""))
        return _refused(line, RowProblem("MALFORMED_JSON", line, column, "The row is not JSON in UTF-8 (RFC 8259)."))
    kind, steps = "order", tuple[str | int, ...]()
    if isinstance(content, dict) and len(content) == 1 and next(iter(content)) in _KINDS:
        kind = next(iter(content))
        content, steps = content[kind], (kind,)
        try:
            text = orjson.dumps(content)
        except TypeError:  # it reads what is nested more deeply than it writes
            return _refused(line, RowProblem("MALFORMED_JSON", line, "", "The row is nested too deeply."), kind=kind)
    number = content.get("order_number") or content.get("number") if isinstance(content, dict) else ""
    try:
        document: Any = _KINDS[kind].model_validate_json(text)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False, include_context=False)[:50]
        problems = [
            RowProblem("VALUE_REFUSED", line, json_pointer(*steps, *item["loc"])[:500], item["msg"][:300])
            for item in found
        ]
        return _refused(line, *problems, kind=kind, number=str(number or ""))
    return _row(line, document)


# CSV


def _of_csv(path: Path) -> Iterator[Row]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            names = names_of(file.readline(_LONGEST_HEADER))
            file.seek(0)
            kind, found = ("receipt", read_receipts(file)) if RECEIPTS.key in names else ("order", read_orders(file))
            for each in found:
                if each.document is not None:
                    yield _row(each.line, each.document)
                else:
                    yield _refused(each.line, *map(_of_problem, each.problems), kind=kind, number=each.number)
    except DocumentUnreadable as error:
        raise FileUnreadable(*map(_of_problem, error.problems)) from None
    except UnicodeDecodeError:
        raise FileUnreadable(RowProblem("NOT_UTF8", 0, "", "Save the file as UTF-8.")) from None


def _of_problem(problem: Problem) -> RowProblem:
    return RowProblem(problem.code, problem.line, problem.path[:500], f"{problem.message}. {problem.remedy}"[:300])


# UBL, one file each in a zip


def _of_zip(path: Path) -> Iterator[Row]:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            if len(entries) > MOST_ENTRIES:
                reason = f"A zip holds at most {MOST_ENTRIES} documents."
                raise FileUnreadable(RowProblem("TOO_MANY_ENTRIES", 0, "", reason))
            for entry in entries:
                yield _of_entry(archive, entry)
    except (zipfile.BadZipFile, RuntimeError, EOFError):
        raise FileUnreadable(RowProblem("NOT_A_ZIP", 0, "", "The file is no zip, or a damaged one.")) from None


def _of_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Row:
    name = entry.filename[:300]
    try:
        with archive.open(entry) as file:
            content = file.read(DOCUMENT_BODY + 1)  # never trusts the size that the zip tells
    except (zipfile.BadZipFile, RuntimeError, EOFError, OSError):
        return _refused(0, RowProblem("ENTRY_UNREADABLE", 0, "", "The entry is damaged or encrypted."), entry=name)
    if len(content) > DOCUMENT_BODY:
        reason = f"A document has at most {DOCUMENT_BODY} bytes."
        return _refused(0, RowProblem("ROW_TOO_LARGE", 0, "", reason), entry=name)
    return _of_xml(content, name)


def _of_xml(content: bytes, entry: str | None) -> Row:
    try:
        document = read_order_document(content)
    except DocumentUnreadable as error:
        return _refused(error.problems[0].line, *map(_of_problem, error.problems), entry=entry)
    except DocumentError as error:
        return _refused(0, RowProblem("UNKNOWN_DOCUMENT", 0, "", str(error)[:300]), entry=entry)
    return _row(1, document, entry, content)
