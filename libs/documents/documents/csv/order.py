"""Orders in CSV: a row for each line, an order's rows one after the other; columns in `documents.csv.columns`.

UTF-8 with or without a byte order mark; commas, semicolons or tabs; the first row names the columns, in any order.
An order's own columns are read in its first row; below they stay blank or say the same.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final

from pydantic import ValidationError

from contracts.limits import ORDER_LINES
from documents.csv.columns import ALL, GTIN_SCHEME, NEEDED, OF_LINE, OF_ORDER, ROLES, Path
from documents.errors import DocumentUnreadable, Problem
from documents.order import Order

DELIMITERS: Final = ";,\t"
MAX_FIELD: Final = 100_000
_MAX_PROBLEMS: Final = 50


@dataclass(frozen=True)
class CsvOrder:
    """One order of a file, from its first line on: the order, or what stands against it (`path` is the column)."""

    line: int
    number: str
    order: Order | None
    problems: tuple[Problem, ...] = ()


@dataclass
class _Group:
    """The rows of one order as they are read."""

    line: int
    key: tuple[str, str]
    head: Mapping[str, str]
    rows: list[tuple[int, Mapping[str, str]]] = field(default_factory=list[tuple[int, Mapping[str, str]]])
    problems: list[Problem] = field(default_factory=list[Problem])
    surplus: int = 0

    def add(self, line: int, row: Mapping[str, str]) -> None:
        if len(self.rows) > ORDER_LINES:
            self.surplus += 1
            return
        for name in OF_ORDER:
            said, first = row.get(name, ""), self.head.get(name, "")
            if said and said != first and len(self.problems) < _MAX_PROBLEMS:
                remedy = f"Write it as in line {self.line}, or leave it blank."
                self.problems.append(_problem("ROW_DIFFERS", "The rows of one order differ", remedy, line, name))
        self.rows.append((line, row))


def read_orders(lines: Iterable[str]) -> Iterator[CsvOrder]:
    """The orders of a file, one after the other; memory holds one of them.

    Raises DocumentUnreadable where the file as a whole cannot be read: no or unknown columns, or a needed one missing.
    """
    source = iter(lines)
    header = next(source, "").lstrip("\ufeff")
    delimiter = max(DELIMITERS, key=header.count)
    names = [name.strip().casefold() for name in next(csv.reader([header], delimiter=delimiter), [])]
    _check_header(names)
    reader = csv.reader(source, delimiter=delimiter, strict=True)
    group: _Group | None = None
    while True:
        try:
            values = next(reader, None)
        except csv.Error as error:
            line = reader.line_num + 1
            problem = _problem("NOT_CSV", f"The row is not CSV: {error}", "Correct its quotes.", line, "")
            yield CsvOrder(line, "", None, (problem,))
            continue
        if values is None:
            break
        line = reader.line_num + 1
        if not any(value.strip() for value in values):
            continue
        row = {name: value.strip() for name, value in zip(names, values, strict=False)}
        number = row.get("order_number", "")
        if len(values) > len(names) or not number:
            yield _unfit(line, number, surplus=len(values) > len(names))
            continue
        key = (number, row.get("revision", "") or (group.key[1] if group and group.key[0] == number else ""))
        if group is None or group.key != key:
            if group is not None:
                yield _order(group)
            group = _Group(line, key, row)
        group.add(line, row)
    if group is not None:
        yield _order(group)


def _problem(code: str, message: str, remedy: str, line: int, column: str) -> Problem:
    return Problem(code=code, message=message, remedy=remedy, path=column, line=line)


def _unfit(line: int, number: str, *, surplus: bool) -> CsvOrder:
    if surplus:
        message, remedy, column = "The row has more values than there are columns", "Quote values with separators.", ""
    else:
        message, remedy, column = "The row names no order", "Repeat the order's number in each row.", "order_number"
    return CsvOrder(line, number, None, (_problem("ROW_UNFIT", message, remedy, line, column),))


def _check_header(names: list[str]) -> None:
    unknown = [name for name in names if name not in ALL]
    missing = [name for name in NEEDED if name not in names]
    problems = [
        *(_problem("COLUMN_UNKNOWN", "There is no such column", "Correct or remove it.", 1, name) for name in unknown),
        *(_problem("COLUMN_MISSING", "A column is missing", "Add it.", 1, name) for name in missing),
        *(
            _problem("COLUMN_TWICE", "A column is there twice", "Remove one.", 1, name)
            for name in {name for name in names if names.count(name) > 1}
        ),
    ]
    if problems:
        raise DocumentUnreadable(*problems[:_MAX_PROBLEMS])


def _order(group: _Group) -> CsvOrder:
    content: dict[str, Any] = {"lines": []}
    problems = list(group.problems)
    if group.surplus or len(group.rows) > ORDER_LINES:
        remedy = f"Split it; an order has at most {ORDER_LINES} lines."
        problems.append(_problem("TOO_MANY_LINES", "The order has too many rows", remedy, group.line, "line"))
    problems += _read(group.head, OF_ORDER, group.line, content)
    _finish(content)
    if len(problems) < _MAX_PROBLEMS:
        for line, row in group.rows:
            made: dict[str, Any] = {}
            problems += _read(row, OF_LINE, line, made)
            if "standard_identifier" in made.get("item", {}):
                made["item"]["standard_identifier"]["scheme"] = GTIN_SCHEME
            content["lines"].append(made)
    if problems:
        return CsvOrder(group.line, group.key[0], None, tuple(problems[:_MAX_PROBLEMS]))
    try:
        return CsvOrder(group.line, group.key[0], Order.model_validate(content))
    except ValidationError as error:
        return CsvOrder(group.line, group.key[0], None, tuple(_refused(error, group)))


def _read(row: Mapping[str, str], columns: Mapping[str, Any], line: int, content: dict[str, Any]) -> list[Problem]:
    problems: list[Problem] = []
    for name, column in columns.items():
        value = row.get(name, "")
        if not value:
            if column.needed:
                problems.append(_problem("VALUE_MISSING", "A value is missing", "Fill it in.", line, name))
            continue
        try:
            _place(content, column.path, column.read(value))
        except (ValueError, ArithmeticError):
            problems.append(_problem("VALUE_UNREADABLE", "The value cannot be read", column.remedy, line, name))
    return problems


def _place(content: dict[str, Any], path: Path, value: Any) -> None:
    """Put a value where its path says; lists grow as needed."""
    here: Any = content
    for step, following in pairwise(path):
        empty: Any = [] if isinstance(following, int) else {}
        if isinstance(step, int):
            while len(here) <= step:
                here.append({})
            here = here[step]
        else:
            here = here.setdefault(step, empty)
    here[path[-1]] = value


def _finish(content: dict[str, Any]) -> None:
    """Roles of contacts; those that nothing is said of are left out."""
    named = zip(ROLES, content.get("contacts", []), strict=False)
    content["contacts"] = [contact | {"role": role} for role, contact in named if contact]


def _refused(error: ValidationError, group: _Group) -> Iterator[Problem]:
    """What the model refuses, by the column that it came from, each once."""
    told: set[tuple[int, str]] = set()
    for detail in error.errors(include_url=False, include_input=False, include_context=False)[:_MAX_PROBLEMS]:
        where = tuple(detail["loc"])
        if where == ("lines",):
            continue  # none is left because each was refused
        line, columns = group.line, OF_ORDER
        if where[:1] == ("lines",) and len(where) > 1 and isinstance(where[1], int):
            line, columns, where = group.rows[where[1]][0], OF_LINE, where[2:]
        name = next((name for name, column in columns.items() if _meets(column.path, where)), "")
        if (line, name) in told:
            continue
        told.add((line, name))
        yield _problem("VALUE_REFUSED", detail["msg"], "Correct the value.", line, name)


def _meets(path: Path, where: Path) -> bool:
    """Whether a column's place is that of an error, or around or within it."""
    shared = min(len(path), len(where))
    return shared > 0 and path[:shared] == where[:shared]
