"""What may stand in which element and in which order, read from the XSD: so that what is put into a document fits."""

from functools import cache
from pathlib import Path
from typing import Any, Final

from lxml import etree

from documents.xml import Element

_XSD: Final = "{http://www.w3.org/2001/XMLSchema}"


class SchemaOrder:
    """Children by the tag of their parent, in their order. One tag has one type here: the first that is met."""

    def __init__(self, schema: Path) -> None:
        self._types: dict[str, tuple[str, ...]] = {}
        self._type_of: dict[str, str] = {}
        self._read(schema, set())
        self._parents: dict[str, list[str]] = {}
        for tag in self._type_of:
            for child in self.children(tag):
                self._parents.setdefault(child, []).append(tag)

    @property
    def tags(self) -> list[str]:
        """Every element that is declared, in the order of their declarations."""
        return list(self._type_of)

    def children(self, tag: str) -> tuple[str, ...]:
        """Tags that may stand in an element."""
        return self._types.get(self._type_of.get(tag, ""), ())

    def parents(self, tag: str) -> list[str]:
        """Tags of elements in which this one may stand."""
        return self._parents.get(tag, [])

    def insert(self, parent: Element, tag: str) -> Element:
        """A new child where the schema wants it; last where the schema does not know it."""
        order = self.children(str(parent.tag))
        child = etree.SubElement(parent, tag)
        if tag in order:
            behind = set(order[order.index(tag) + 1 :])
            following: Any = next((each for each in parent if each.tag in behind), None)
            if following is not None:
                following.addprevious(child)
        return child

    def _read(self, file: Path, seen: set[Path]) -> None:
        file = file.resolve()
        if file in seen:
            return
        seen.add(file)
        root = etree.parse(file).getroot()
        target = root.get("targetNamespace", "")
        for node in root:
            if node.tag in (f"{_XSD}import", f"{_XSD}include") and node.get("schemaLocation"):
                self._read(file.parent / str(node.get("schemaLocation")), seen)
        for node in root.iter(f"{_XSD}complexType"):
            self._types[_name(target, node.get("name", ""))] = tuple(self._element(each, target) for each in _all(node))
        for node in root.iterfind(f"{_XSD}element"):
            self._element(node, target)

    def _element(self, node: Element, target: str) -> str:
        """The tag of an element that is declared or referred to."""
        if node.get("ref"):
            return _resolved(node, "ref")
        tag = _name(target, node.get("name", ""))
        if node.get("type"):
            self._type_of.setdefault(tag, _resolved(node, "type"))
        return tag


def _all(node: Element) -> list[Element]:
    found: Any = node.iter(f"{_XSD}element")
    return list(found)


def _name(namespace: str, local: str) -> str:
    return f"{{{namespace}}}{local}"


def _resolved(node: Element, attribute: str) -> str:
    prefix, _, local = str(node.get(attribute)).rpartition(":")
    return _name(node.nsmap.get(prefix or None, ""), local)


@cache
def schema_order(schema: Path) -> SchemaOrder:
    """The order of one schema, read once."""
    return SchemaOrder(schema)
