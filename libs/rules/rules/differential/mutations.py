"""One change to a document, chosen by a seeded generator: what a mistaken or strange sender may write."""

import copy
import random
from collections.abc import Callable, Sequence
from typing import Any, Final

from lxml import etree

from documents.xml import Element
from rules.compiled.rule_set import Forbidden, Rules

TEXTS: Final = (
    "",
    " ",
    "0",
    "-0.00",
    "-1",
    "1.005",
    "99999999999.99",
    "1e3",
    "NaN",
    "+5",
    ".5",
    "12,5",
    "true",
    "false",
    " false ",
    "S",
    "Z",
    "E",
    "AE",
    "K",
    "G",
    "O",
    "L",
    "M",
    "B",
    "VAT",
    "vat",
    "EUR",
    "XAU",
    "FR",
    "DE",
    "IT",
    "SE",
    "DK",
    "NL",
    "GR",
    "EL",
    "NO",
    "380",
    "381",
    "389",
    "261",
    "30",
    "58",
    "2026-02-30",
    "2026-02-28",
    "20260228",
    "A B",
    "é#x#",
    "PMT",
    "AAB",
    "BAR",
    "B2B",
    "S1",
    "M8",
    "732829320",
    "73282932000074",
    "FR40732829320",
    "VATEX-EU-IC",
    "VATEX-EU-J",
    "urn:cen.eu:en16931:2017",
)
"""Values at which rules change their mind."""
_ATTRIBUTES: Final = ("0088", "0002", "0225", "9957", "EUR", "USD", "C62", "kg", "102", "", "application/pdf", "IBAN")
_NEW_ATTRIBUTES: Final = ("schemeID", "currencyID", "listID", "unitCode", "languageID", "schemeName", "format", "name")

Place = tuple[str, Forbidden]
"""A forbidden path, and the tag of an element that it starts from; "" for any."""


def places_of(rules: Rules) -> list[Place]:
    """Every path that a set forbids."""
    return [
        (f"{{{context.names[0][1]}}}{context.names[0][2]}" if context.names[0][2] else "", path)
        for pattern in rules.patterns
        for rule in pattern
        for context in rule.contexts[:1]
        for path in rule.forbidden
    ]


Change = Callable[[Element, list[Element], random.Random], str]


def mutant(source: bytes, generator: random.Random, forbidden: Sequence[Place] = ()) -> tuple[bytes, str]:
    """A document with one change, and what was changed. `forbidden`: paths that rules forbid, to be put there."""
    root = etree.fromstring(source)
    every: Any = root.iter("*")
    elements: list[Element] = list(every)
    if forbidden and generator.random() < 0.2:
        said = put_forbidden(root, generator.choice(forbidden))
    else:
        said = generator.choice(_CHANGES)(root, elements, generator)
    return etree.tostring(root), said


def _leaf(elements: list[Element], generator: random.Random) -> Element:
    return generator.choice([element for element in elements if not len(element)] or elements)


def _remove(root: Element, elements: list[Element], generator: random.Random) -> str:
    element = generator.choice(elements[1:] or elements)
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)
    return f"removed {element.tag} of {root.tag}"


def _repeat(root: Element, elements: list[Element], generator: random.Random) -> str:
    element = generator.choice(elements[1:] or elements)
    if element is not root:
        element.addnext(copy.deepcopy(element))
    return f"repeated {element.tag}"


def _retext(_: Element, elements: list[Element], generator: random.Random) -> str:
    element = _leaf(elements, generator)
    element.text = generator.choice(TEXTS)
    return f"wrote {element.text!r} into {element.tag}"


def _borrow(_: Element, elements: list[Element], generator: random.Random) -> str:
    element, other = _leaf(elements, generator), _leaf(elements, generator)
    element.text = other.text
    return f"wrote the text of {other.tag} into {element.tag}"


def _edit(_: Element, elements: list[Element], generator: random.Random) -> str:
    element = _leaf(elements, generator)
    text = element.text or ""
    at = generator.randrange(len(text) + 1)
    element.text = text[:at] + generator.choice("0123456789-. Xx") + text[at + generator.randrange(2) :]
    return f"edited {element.tag}"


def _attribute(_: Element, elements: list[Element], generator: random.Random) -> str:
    element = generator.choice(elements)
    names: list[Any] = [*element.keys(), generator.choice(_NEW_ATTRIBUTES)]
    name = str(generator.choice(names))
    if name in element.attrib and generator.random() < 0.4:
        del element.attrib[name]
        return f"removed @{name} of {element.tag}"
    element.set(name, generator.choice(_ATTRIBUTES))
    return f"set @{name} of {element.tag}"


def _move(root: Element, elements: list[Element], generator: random.Random) -> str:
    element, target = generator.choice(elements[1:] or elements), generator.choice(elements)
    if element is not root:
        target.append(copy.deepcopy(element))
    return f"put {element.tag} into {target.tag}"


_CHANGES: Final[Sequence[Change]] = (_remove, _repeat, _retext, _retext, _borrow, _edit, _attribute, _move)


def put_forbidden(root: Element, place: Place) -> str:
    """Put something where a rule forbids it."""
    context, path = place
    start = next(root.iter(context), root) if context else root
    element: Element = start
    for tag in path.tags:
        found = element.find(tag)
        element = found if found is not None else etree.SubElement(element, tag)
    if path.attribute:
        element.set(path.attribute, "x")
    return f"added {'/'.join(path.tags)} {path.attribute} to {start.tag}"


def saturated(source: bytes, forbidden: Sequence[Place], at_once: int = 40) -> list[bytes]:
    """Documents that together break every rule that only forbids paths."""
    found: list[bytes] = []
    for first in range(0, len(forbidden), at_once):
        root = etree.fromstring(source)
        for place in forbidden[first : first + at_once]:
            put_forbidden(root, place)
        found.append(etree.tostring(root))
    return found
