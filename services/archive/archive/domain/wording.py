"""What an original is found by: the words of its XML, and the numbers of its orders (EN 16931, BT-13)."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Final

from documents import xml
from documents.errors import DocumentUnreadable
from documents.xml import Element

_MOST_WORDS: Final = 20_000
_LONGEST: Final = 300
_ATTACHED: Final = frozenset({"EmbeddedDocumentBinaryObject", "AttachmentBinaryObject"})
_NUMBERS: Final = {"{*}OrderReference": "{*}ID", "{*}BuyerOrderReferencedDocument": "{*}IssuerAssignedID"}
"""The element that refers to an order, in UBL and in CII, and the one inside it that has the number."""
_LINES: Final = ("{*}InvoiceLine", "{*}CreditNoteLine", "{*}IncludedSupplyChainTradeLineItem")


@dataclass(frozen=True)
class Wording:
    """`words`: one text a line, folded, so that no search matches across two. Order numbers come first, then what is
    said of the whole invoice, which CII puts behind its lines: a long invoice's later lines are what is left out.
    """

    order_numbers: tuple[str, ...]
    words: str


def folded(text: str) -> str:
    """How words are compared: upper case, without accents and doubled spaces."""
    upper = text.upper()
    if not upper.isascii():
        upper = "".join(each for each in unicodedata.normalize("NFKD", upper) if not unicodedata.combining(each))
    return " ".join(upper.split())


def wording(document: bytes) -> Wording:
    """Of an invoice as XML; nothing of one that cannot be read."""
    try:
        root = xml.parse(document)
    except DocumentUnreadable:
        return Wording((), "")
    lines = [element for line in root.iter(*_LINES) for element in line.iter()]
    in_lines = set(lines)
    orders = dict.fromkeys(_order_numbers(root, in_lines))
    words = dict.fromkeys(each for each in orders if len(each) > 1)
    length = sum(len(each) + 1 for each in words)
    for element in chain((element for element in root.iter() if element not in in_lines), lines):
        said = _said(element)
        if len(said) > 1 and said not in words and length < _MOST_WORDS and _local(element) not in _ATTACHED:
            words[said] = None
            length += len(said) + 1
    return Wording(tuple(orders), "\n".join(words))


def _order_numbers(root: Element, in_lines: set[Element]) -> Iterator[str]:
    """Those of the whole invoice first."""
    for reference in sorted(root.iter(*_NUMBERS), key=in_lines.__contains__):
        numbers = reference.iterchildren(_NUMBERS[f"{{*}}{_local(reference)}"])
        yield from filter(None, map(_said, numbers))


def _said(element: Element) -> str:
    return folded(text.strip()[:_LONGEST]) if (text := element.text) else ""


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]
