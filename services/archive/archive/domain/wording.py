"""What an original is found by: the words of its XML, and the numbers of its orders (EN 16931, BT-13)."""

import unicodedata
from dataclasses import dataclass
from typing import Final

from documents import xml
from documents.errors import DocumentUnreadable
from documents.xml import Element

_MOST_WORDS: Final = 20_000
_LONGEST: Final = 300
_ATTACHED: Final = frozenset({"EmbeddedDocumentBinaryObject", "AttachmentBinaryObject"})
_NUMBER_OF: Final = {"OrderReference": "ID", "BuyerOrderReferencedDocument": "IssuerAssignedID"}
"""The element that refers to an order, in UBL and in CII, and the one inside it that has the number."""
_LINES: Final = frozenset({"InvoiceLine", "CreditNoteLine", "IncludedSupplyChainTradeLineItem"})


@dataclass(frozen=True)
class Wording:
    """`words`: one text a line, folded, so that no search matches across two. Order numbers come first, then what is
    said of the whole invoice, which CII puts behind its lines: a long invoice's later lines are what is left out.
    """

    order_numbers: tuple[str, ...]
    words: str


def folded(text: str) -> str:
    """How words are compared: upper case, without accents and doubled spaces."""
    plain = (each for each in unicodedata.normalize("NFKD", text.upper()) if not unicodedata.combining(each))
    return " ".join("".join(plain).split())


def wording(document: bytes) -> Wording:
    """Of an invoice as XML; nothing of one that cannot be read."""
    try:
        root = xml.parse(document)
    except DocumentUnreadable:
        return Wording((), "")
    lines = [line for line in root.iter() if _local(line) in _LINES]
    in_lines = {element for line in lines for element in line.iter()}
    elements = [element for element in root.iter() if element not in in_lines]
    elements += [element for line in lines for element in line.iter()]
    orders = {said: None for element in elements if _is_order_number(element) and (said := _said(element))}
    words = dict.fromkeys(each for each in orders if len(each) > 1)
    length = sum(len(each) + 1 for each in words)
    for element in elements:
        said = "" if _local(element) in _ATTACHED else _said(element)
        if len(said) > 1 and said not in words and length < _MOST_WORDS:
            words[said] = None
            length += len(said) + 1
    return Wording(tuple(orders), "\n".join(words))


def _said(element: Element) -> str:
    return folded((element.text or "").strip()[:_LONGEST])


def _is_order_number(element: Element) -> bool:
    parent = element.getparent()
    return parent is not None and _NUMBER_OF.get(_local(parent)) == _local(element)


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]
