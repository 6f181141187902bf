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


@dataclass(frozen=True)
class Wording:
    """`words`: one text a line, folded, so that no search matches across two."""

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
    words: dict[str, None] = {}
    orders: dict[str, None] = {}
    length = 0
    for element in root.iter():
        text = (element.text or "").strip()
        name = _local(element)
        if not text or name in _ATTACHED:
            continue
        said = folded(text[:_LONGEST])
        if _is_order_number(element, name):
            orders[said] = None
        if len(said) > 1 and said not in words and length < _MOST_WORDS:
            words[said] = None
            length += len(said) + 1
    return Wording(tuple(orders), "\n".join(words))


def _is_order_number(element: Element, name: str) -> bool:
    parent = element.getparent()
    return parent is not None and _NUMBER_OF.get(_local(parent)) == name


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]
