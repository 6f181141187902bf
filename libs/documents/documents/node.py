"""Reading elements: each child is taken once, so that what nobody took can be told; problems are collected, not raised.

Names are written with the prefixes of `documents.names`.
"""

import datetime
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Final, TypeVar

from documents.errors import Problem
from documents.names import CLARK, path
from documents.values import Identifier
from documents.xml import Element

T = TypeVar("T")

_DECIMAL: Final = re.compile(r"[+-]?(?:[0-9]{1,18}(?:\.[0-9]{0,20})?|\.[0-9]{1,20})")
_DATE: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:Z|[+-][0-9]{2}:[0-9]{2})?")
_UNREADABLE_NUMBER: Final = Decimal(1)
_UNREADABLE_DATE: Final = datetime.date(1900, 1, 1)
"""Stand in while the rest is read; a document with a problem never becomes a model."""


_NO_CHILDREN: Final[dict[str, list[Element]]] = {}
"""Never written to: nothing is ever taken from an absent element."""


MAX_PROBLEMS: Final = 50
"""More are not recorded: whoever gets fifty mends them first."""


class Reading:
    """One pass over one document: the problems met and the elements opened."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.nodes: list[Node] = []

    def unread(self) -> "Iterator[tuple[Element, int]]":
        """The elements that nobody took, in document order of their parents: the first of a name, and how many."""
        for node in self.nodes:
            yield from node.rest()


class Node:
    """An element whose children are taken by name; one that is absent reads as empty, and knows where it should be."""

    __slots__ = ("_absent", "_element", "_reading", "_rest")

    def __init__(self, element: Element, reading: Reading, absent: str = "") -> None:
        self._element = element
        self._reading = reading
        self._absent = absent
        if absent:
            self._rest = _NO_CHILDREN
            return
        self._rest: dict[str, list[Element]] = {}
        for child in element:
            self._rest.setdefault(child.tag, []).append(child)
        reading.nodes.append(self)

    def rest(self) -> Iterator[tuple[Element, int]]:
        """The children that were not taken: the first of each name, and how many."""
        for elements in self._rest.values():
            if elements:
                yield elements[0], len(elements)

    def _take(self, name: str) -> Element | None:
        elements = self._rest.get(CLARK[name])
        return elements.pop(0) if elements else None

    # Groups

    def one(self, name: str) -> "Node | None":
        """The first child of that name, if any."""
        child = self._take(name)
        return None if child is None else Node(child, self._reading)

    def at(self, name: str) -> "Node":
        """The first child of that name, or an empty node in its place."""
        child = self._take(name)
        if child is None:
            return Node(self._element, self._reading, f"{self._absent}/{name}")
        return Node(child, self._reading)

    def read(self, name: str, reader: "Callable[[Node], T]") -> "T | None":
        """What the reader makes of the first child of that name, None when there is none."""
        child = self._take(name)
        return None if child is None else reader(Node(child, self._reading))

    def many(self, name: str) -> "list[Node]":
        """All children of that name."""
        children = self._rest.pop(CLARK[name], None)
        return [Node(child, self._reading) for child in children] if children else []

    def lines(self, name: str, limit: int) -> "list[Node]":
        """All children of that name; a problem, and none of them, when there are more than the limit."""
        count = len(self._rest.get(CLARK[name], ()))
        if count > limit:
            self.refuse("TOO_MANY_LINES", f"The document has {count} lines, {limit} are allowed", "Split it")
            return []
        return self.many(name)

    # Values

    @property
    def value(self) -> str | None:
        """The element's own text, None when blank."""
        return None if self._absent else _text_of(self._element)

    def attribute(self, name: str) -> str | None:
        """An attribute's text, None when blank."""
        return None if self._absent else (self._element.get(name) or "").strip() or None

    def text(self, name: str) -> str | None:
        """The text of the first child of that name, None when blank."""
        child = self._take(name)
        if child is None:
            return None
        if len(child):
            Node(child, self._reading)  # what hides in a leaf is left unread
        return _text_of(child)

    def text_at(self, group: str, name: str) -> str | None:
        """The text of a child of the first child: the whole content of many groups."""
        child = self._take(group)
        return None if child is None else Node(child, self._reading).text(name)

    def identifier_at(self, group: str, name: str) -> Identifier | None:
        """The identifier of a child of the first child."""
        child = self._take(group)
        return None if child is None else Node(child, self._reading).identifier(name)

    def text_or_same(self, name: str, known: str | None) -> str | None:
        """What is known already, else the text of the first child of that name; a text that differs stays unread."""
        if known is None:
            return self.text(name)
        elements = self._rest.get(CLARK[name])
        if elements and _text_of(elements[0]) == known:
            elements.pop(0)
        return known

    def joined(self, name: str) -> str | None:
        """The texts of all children of that name, a line each: for terms that occur once where a syntax repeats."""
        return "\n".join(text for node in self.many(name) if (text := node.value)) or None

    def identifier(self, name: str) -> Identifier | None:
        """An identifier and its `schemeID`, None when blank."""
        child = self._take(name)
        value = None if child is None else _text_of(child)
        if child is None or value is None:
            return None
        return Identifier(value=value, scheme=child.get("schemeID"))

    def decimal(self, name: str) -> Decimal | None:
        """An xs:decimal of at most 18 digits before and 20 after the point."""
        child = self._take(name)
        return None if child is None else self._number(child)

    def measure(self, name: str, attribute: str) -> tuple[Decimal | None, str | None]:
        """A decimal and the attribute that gives its unit or currency."""
        child = self._take(name)
        if child is None:
            return None, None
        return self._number(child), (child.get(attribute) or "").strip() or None

    def measures(self, name: str, attribute: str) -> list[tuple[Decimal, str | None]]:
        """All decimals of that name that are not blank, each with its unit or currency."""
        children = self._rest.pop(CLARK[name], ())
        pairs = ((self._number(child), (child.get(attribute) or "").strip() or None) for child in children)
        return [(value, unit) for value, unit in pairs if value is not None]

    def needed_measure(self, name: str, attribute: str, term: str) -> tuple[Decimal, str]:
        """A decimal that no model can do without, and its unit."""
        value, unit = self.measure(name, attribute)
        if value is None:
            self._missing(name, term)
            return _UNREADABLE_NUMBER, ""
        return value, unit or ""

    def needed_decimal(self, name: str, term: str) -> Decimal:
        """A decimal that no model can do without."""
        value = self.decimal(name)
        if value is None:
            self._missing(name, term)
            return _UNREADABLE_NUMBER
        return value

    def positive(self, value: Decimal | None, term: str) -> Decimal | None:
        """The value itself; a problem of this element when it is not above 0."""
        if value is None or value > 0:
            return value
        self.refuse("NOT_POSITIVE", "The quantity is not above 0", "Give a positive quantity", term, f"{value:f}")
        return _UNREADABLE_NUMBER

    def date(self, name: str) -> datetime.date | None:
        """An xs:date; a time zone is dropped, as the calendar day is what counts."""
        child = self._take(name)
        text = None if child is None else _text_of(child)
        if child is None or text is None:
            return None
        found = _DATE.fullmatch(text)
        return self._day(found[1] if found else None, text, child)

    def needed_date(self, name: str, term: str) -> datetime.date:
        """A date that no model can do without."""
        value = self.date(name)
        if value is None:
            self._missing(name, term)
            return _UNREADABLE_DATE
        return value

    def cii_date(self, name: str, term: str = "") -> datetime.date | None:
        """A `DateTimeString` or `DateString` (CII) inside that child, YYYYMMDD; needed when a term is named."""
        for inside in self.at(name).children():
            text = _text_of(inside)
            if text is not None:
                return self._day(f"{text[:4]}-{text[4:6]}-{text[6:]}" if len(text) == 8 else None, text, inside)
        if term:
            self._missing(name, term)
        return None

    def flag(self, name: str, term: str) -> bool:
        """An xs:boolean that no model can do without."""
        value = self.optional_flag(name)
        if value is None:
            self._missing(name, term)
        return value is True

    def optional_flag(self, name: str) -> bool | None:
        """An xs:boolean, None when blank."""
        text = self.text(name)
        if text is None:
            return None
        if text not in ("true", "false", "1", "0"):
            self.refuse("NOT_A_BOOLEAN", f"{name} is no boolean", "Write true or false", found=text)
        return text in ("true", "1")

    def children(self) -> "list[Element]":
        """All children left, taken now."""
        taken = [child for elements in self._rest.values() for child in elements]
        self._rest.clear()
        return taken

    def _number(self, element: Element) -> Decimal | None:
        text = _text_of(element)
        if text is None:
            return None
        if _DECIMAL.fullmatch(text):
            return Decimal(text)
        self._problem("NOT_A_DECIMAL", "This is no decimal number", "Write it like 1234.50", element, found=text)
        return _UNREADABLE_NUMBER

    def _day(self, iso: str | None, text: str, element: Element) -> datetime.date:
        try:
            return datetime.date.fromisoformat(iso or "")
        except ValueError:
            self._problem("NOT_A_DATE", "This is no calendar day", "Correct the date", element, found=text)
            return _UNREADABLE_DATE

    # Problems

    def refuse(self, code: str, message: str, remedy: str, term: str = "", found: str = "") -> None:
        """Records why this element cannot be read."""
        self._problem(code, message, remedy, self._element, self._absent, term, found)

    def _missing(self, name: str, term: str) -> None:
        self._problem(
            "MISSING_TERM", "A mandatory element is missing", "Add it", self._element, f"{self._absent}/{name}", term
        )

    def _problem(
        self, code: str, message: str, remedy: str, element: Element, below: str = "", term: str = "", found: str = ""
    ) -> None:
        if len(self._reading.problems) >= MAX_PROBLEMS:
            return
        where = path(element) + below
        line = element.sourceline or 0
        self._reading.problems.append(
            Problem(code=code, message=message, remedy=f"{remedy}.", path=where, line=line, term=term, found=found[:40])
        )


def _text_of(element: Element) -> str | None:
    text = element.text
    return (text.strip() or None) if text else None
