"""Names of elements: prefixes as this library writes them, whatever prefixes a document uses."""

from typing import Final

from documents.xml import Element

_RAM: Final = "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"
_UBL: Final = "urn:oasis:names:specification:ubl:schema:xsd:"
NAMESPACES: Final = {
    "cac": f"{_UBL}CommonAggregateComponents-2",
    "cbc": f"{_UBL}CommonBasicComponents-2",
    "ext": f"{_UBL}CommonExtensionComponents-2",
    "rsm": "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100",
    "ram": _RAM,
    "qdt": "urn:un:unece:uncefact:data:standard:QualifiedDataType:100",
    "udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
}
_PREFIXES: Final = {namespace: prefix for prefix, namespace in NAMESPACES.items()}


class _ClarkNames(dict[str, str]):
    def __missing__(self, name: str) -> str:
        prefix, _, local = name.partition(":")
        self[name] = clark = f"{{{NAMESPACES[prefix]}}}{local}"
        return clark


CLARK: Final = _ClarkNames()
"""`cbc:ID` as `{namespace}ID`."""


def readable(tag: str) -> str:
    """`{namespace}ID` as `cbc:ID`; a foreign namespace is left out."""
    namespace, _, local = tag.removeprefix("{").rpartition("}")
    prefix = _PREFIXES.get(namespace)
    return f"{prefix}:{local}" if prefix else local


def path(element: Element) -> str:
    """Where an element is: `/Invoice/cac:InvoiceLine[3]/cbc:InvoicedQuantity`; an only child has no number."""
    parent = element.getparent()
    name = readable(element.tag)
    if parent is None:
        return f"/{name}"
    before = sum(1 for _ in element.itersiblings(element.tag, preceding=True))
    alone = not before and next(element.itersiblings(element.tag), None) is None
    return f"{path(parent)}/{name}" if alone else f"{path(parent)}/{name}[{before + 1}]"
