"""Documents in CSV: a row for each line, the rows of one document one after the other.

UTF-8 with or without a byte order mark; commas, semicolons or tabs; the first row names the columns, in any order.
The document's own columns are read in its first row; below they stay blank or say the same.
"""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final, Generic, TypeVar

from pydantic import ValidationError

from documents.csv.column import Column, Path
from documents.errors import DocumentUnreadable, Problem
from documents.values import Model

DELIMITERS: Final = ";,\t"
MAX_FIELD: Final = 100_000
_MAX_PROBLEMS: Final = 50
M = TypeVar("M", bound=Model)
Finish = Callable[[dict[str, Any]], None]


@dataclass(frozen=True)
class Sheet(Generic[M]):
    """How documents of one kind stand in CSV. `key` is the column whose value rows of one document share.

    `head` are columns of the document, `line` of its lines; `finish` and `finish_line` complete what was read.
    """

    model: type[M]
    key: str
    head: Mapping[str, Column]
    line: Mapping[str, Column]
    most_lines: int
    finish: Finish
    finish_line: Finish
    version: str = ""
    """The column that tells two documents of one key apart."""

    @property
    def columns(self) -> Mapping[str, Column]:
        """All of them."""
        return {**self.head, **self.line}


@dataclass(frozen=True)
class CsvDocument(Generic[M]):
    """One document of a file, from its first line on: itself, or what stands against it (`path` is the column)."""

    line: int
    number: str
    document: M | None
    problems: tuple[Problem, ...] = ()


@dataclass
class _Group(Generic[M]):
    """The rows of one document as they are read."""

    sheet: Sheet[M]
    line: int
    key: tuple[str, str]
    first: Mapping[str, str]
    rows: list[tuple[int, Mapping[str, str]]] = field(default_factory=list[tuple[int, Mapping[str, str]]])
    problems: list[Problem] = field(default_factory=list[Problem])
    surplus: int = 0

    def add(self, line: int, row: Mapping[str, str]) -> None:
        if len(self.rows) > self.sheet.most_lines:
            self.surplus += 1
            return
        for name in self.sheet.head:
            said, first = row.get(name, ""), self.first.get(name, "")
            if said and said != first and len(self.problems) < _MAX_PROBLEMS:
                remedy = f"Write it as in line {self.line}, or leave it blank."
                self.problems.append(_problem("ROW_DIFFERS", "The rows of one document differ", remedy, line, name))
        self.rows.append((line, row))


def names_of(header: str) -> list[str]:
    """The columns that a first row names."""
    plain = header.lstrip("\ufeff")
    delimiter = max(DELIMITERS, key=plain.count)
    return [name.strip().casefold() for name in next(csv.reader([plain], delimiter=delimiter), [])]


def read_sheet(sheet: Sheet[M], lines: Iterable[str]) -> Iterator[CsvDocument[M]]:
    """The documents of a file, one after the other; memory holds one of them.

    Raises DocumentUnreadable where the file as a whole cannot be read: no or unknown columns, or a needed one missing.
    """
    source = iter(lines)
    header = next(source, "").lstrip("\ufeff")
    delimiter = max(DELIMITERS, key=header.count)
    names = names_of(header)
    _check_header(names, sheet)
    reader = csv.reader(source, delimiter=delimiter, strict=True)
    group: _Group[M] | None = None
    while True:
        try:
            values = next(reader, None)
        except csv.Error as error:
            line = reader.line_num + 1
            problem = _problem("NOT_CSV", f"The row is not CSV: {error}", "Correct its quotes.", line, "")
            yield CsvDocument(line, "", None, (problem,))
            continue
        if values is None:
            break
        line = reader.line_num + 1
        if not any(value.strip() for value in values):
            continue
        row = {name: value.strip() for name, value in zip(names, values, strict=False)}
        number = row.get(sheet.key, "")
        if len(values) > len(names) or not number:
            yield CsvDocument(line, number, None, (_unfit(line, sheet.key, surplus=len(values) > len(names)),))
            continue
        version = row.get(sheet.version, "") or (group.key[1] if group and group.key[0] == number else "")
        if group is None or group.key != (number, version):
            if group is not None:
                yield _made(group)
            group = _Group(sheet, line, (number, version), row)
        group.add(line, row)
    if group is not None:
        yield _made(group)


def _problem(code: str, message: str, remedy: str, line: int, column: str) -> Problem:
    return Problem(code=code, message=message, remedy=remedy, path=column, line=line)


def _unfit(line: int, key: str, *, surplus: bool) -> Problem:
    if surplus:
        message = "The row has more values than there are columns"
        return _problem("ROW_UNFIT", message, "Quote values with separators.", line, "")
    return _problem("ROW_UNFIT", "The row names no document", "Repeat its number in each row.", line, key)


def _check_header(names: list[str], sheet: Sheet[Any]) -> None:
    known = sheet.columns
    unknown = [name for name in names if name not in known]
    missing = [name for name, column in known.items() if column.needed and name not in names]
    twice = {name for name in names if names.count(name) > 1}
    problems = [
        *(_problem("COLUMN_UNKNOWN", "There is no such column", "Correct or remove it.", 1, name) for name in unknown),
        *(_problem("COLUMN_MISSING", "A column is missing", "Add it.", 1, name) for name in missing),
        *(_problem("COLUMN_TWICE", "A column is there twice", "Remove one.", 1, name) for name in twice),
    ]
    if problems:
        raise DocumentUnreadable(*problems[:_MAX_PROBLEMS])


def _made(group: _Group[M]) -> CsvDocument[M]:
    sheet = group.sheet
    content: dict[str, Any] = {"lines": []}
    problems = list(group.problems)
    if group.surplus or len(group.rows) > sheet.most_lines:
        remedy = f"Split it; a document has at most {sheet.most_lines} lines."
        problems.append(_problem("TOO_MANY_LINES", "The document has too many rows", remedy, group.line, "line"))
    problems += _read(group.first, sheet.head, group.line, content)
    sheet.finish(content)
    if len(problems) < _MAX_PROBLEMS:
        for line, row in group.rows:
            made: dict[str, Any] = {}
            problems += _read(row, sheet.line, line, made)
            sheet.finish_line(made)
            content["lines"].append(made)
    if problems:
        return CsvDocument(group.line, group.key[0], None, tuple(problems[:_MAX_PROBLEMS]))
    try:
        return CsvDocument(group.line, group.key[0], sheet.model.model_validate(content))
    except ValidationError as error:
        return CsvDocument(group.line, group.key[0], None, tuple(_refused(error, group)))


def _read(row: Mapping[str, str], columns: Mapping[str, Column], line: int, content: dict[str, Any]) -> list[Problem]:
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


def _refused(error: ValidationError, group: _Group[Any]) -> Iterator[Problem]:
    """What the model refuses, by the column that it came from, each once."""
    told: set[tuple[int, str]] = set()
    for detail in error.errors(include_url=False, include_input=False, include_context=False)[:_MAX_PROBLEMS]:
        where = tuple(detail["loc"])
        if where == ("lines",):
            continue  # none is left because each was refused
        line, columns = group.line, group.sheet.head
        if where[:1] == ("lines",) and len(where) > 1 and isinstance(where[1], int):
            line, columns, where = group.rows[where[1]][0], group.sheet.line, where[2:]
        name = next((name for name, column in columns.items() if _meets(column.path, where)), "")
        if (line, name) in told:
            continue
        told.add((line, name))
        yield _problem("VALUE_REFUSED", detail["msg"], "Correct the value.", line, name)


def _meets(path: Path, where: Path) -> bool:
    """Whether a column's place is that of an error, or around or within it."""
    shared = min(len(path), len(where))
    return shared > 0 and path[:shared] == where[:shared]
