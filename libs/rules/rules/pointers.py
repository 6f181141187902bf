"""Places in a document: what SVRL and libxml2 say, as one short XPath that the document's own reader can evaluate."""

import re
from functools import lru_cache
from typing import Final

from contracts.faults import MAX_POINTER
from documents.xml import Element

_UBL: Final = "urn:oasis:names:specification:ubl:schema:xsd:"
_CEFACT: Final = "urn:un:unece:uncefact:data:standard:"
NAMESPACES: Final = {
    "cac": f"{_UBL}CommonAggregateComponents-2",
    "cbc": f"{_UBL}CommonBasicComponents-2",
    "ext": f"{_UBL}CommonExtensionComponents-2",
    "ubl": f"{_UBL}Invoice-2",
    "cn": f"{_UBL}CreditNote-2",
    "order": f"{_UBL}Order-2",
    "change": f"{_UBL}OrderChange-2",
    "cancel": f"{_UBL}OrderCancellation-2",
    "response": f"{_UBL}OrderResponse-2",
    "despatch": f"{_UBL}DespatchAdvice-2",
    "receipt": f"{_UBL}ReceiptAdvice-2",
    "application": f"{_UBL}ApplicationResponse-2",
    "rsm": f"{_CEFACT}CrossIndustryInvoice:100",
    "cdar": f"{_CEFACT}CrossDomainAcknowledgementAndResponse:100",
    "ram": f"{_CEFACT}ReusableAggregateBusinessInformationEntity:100",
    "qdt": f"{_CEFACT}QualifiedDataType:100",
    "udt": f"{_CEFACT}UnqualifiedDataType:100",
}
"""The prefixes of every pointer: `element.xpath(pointer, namespaces=NAMESPACES)` finds the node."""

_PREFIXES: Final = {namespace: prefix for prefix, namespace in NAMESPACES.items()}
_POSITION: Final = re.compile(r"\[\d+\]")
_SVRL_STEP: Final = re.compile(
    r"/(?P<at>@?)(?:\*:)?(?P<name>[^/\[\]@]+)(?:\[namespace-uri\(\)='(?P<namespace>[^']*)'\])?(?:\[(?P<position>\d+)\])?"
)


def from_svrl(location: str, root: Element) -> str:
    """A pointer from SVRL's `location`, such as `/*:Invoice[namespace-uri()='…'][1]/*:ID[namespace-uri()='…'][1]`."""
    steps = []
    for step in _SVRL_STEP.finditer(location):
        namespace = step["namespace"]
        name = step["name"] if ":" in step["name"] else _named(namespace or "", step["name"])
        steps.append(f"/{step['at']}{name}" + (f"[{step['position']}]" if step["position"] and steps else ""))
    return "".join(steps)[:MAX_POINTER] or of(root)


def of(element: Element) -> str:
    """The pointer of an element."""
    steps: list[str] = []
    node: Element | None = element
    while node is not None:
        parent = node.getparent()
        name = _prefixed(node)
        if parent is not None:
            name += f"[{1 + sum(1 for _ in node.itersiblings(str(node.tag), preceding=True))}]"
        steps.append(name)
        node = parent
    return ("/" + "/".join(reversed(steps)))[:MAX_POINTER]


def _prefixed(element: Element) -> str:
    return prefixed(str(element.tag))


@lru_cache(maxsize=4096)
def prefixed(tag: str) -> str:
    """`{namespace}Name` as a step of a pointer."""
    namespace, _, name = tag.rpartition("}")
    return _named(namespace.removeprefix("{"), name)


def _named(namespace: str, name: str) -> str:
    prefix = _PREFIXES.get(namespace, "")
    return f"{prefix}:{name}" if prefix else f"*[local-name()='{name}']" if namespace else name


def path_of(pointer: str) -> str:
    """A pointer without positions: the path that a table of terms is keyed by."""
    return _POSITION.sub("", pointer)
