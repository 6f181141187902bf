"""The words of an order by which it is found: without case and accents."""

import unicodedata
from typing import Final

from documents.order import Order

MOST_TEXT: Final = 200_000
MOST_WORDS: Final = 8


def folded(text: str) -> str:
    """Text as it is compared: case and diacritics dropped."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def of_order(order: Order) -> str:
    """Numbers, references and names of an order and its items, each once."""
    said = [order.number, order.buyer_reference, order.contract_reference, order.project_reference, order.note]
    for line in order.lines:
        item = line.item
        said += [item.name, item.description, item.seller_identifier, item.buyer_identifier]
        said.append(item.standard_identifier.value if item.standard_identifier else None)
    return folded("\n".join(dict.fromkeys(text for text in said if text)))[:MOST_TEXT]


def patterns(query: str) -> list[str]:
    """LIKE patterns, one for each word that must occur, the most telling first; the first 8 words."""
    words = dict.fromkeys(folded(query).split())
    escaped = (word.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_") for word in words)
    return sorted((f"%{word}%" for word in escaped), key=len, reverse=True)[:MOST_WORDS]
