"""Business terms of EN 16931 (BT, BG) by the place in the document: tables of EN 16931-3-2 (UBL) and -3-3 (CII)."""

import json
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

_FILES: Final = ("ubl.json", "cii.json")
_ROOTS: Final = ("ubl:Invoice", "cn:CreditNote", "rsm:CrossIndustryInvoice")
_CREDIT_NOTE: Final = {"cac:CreditNoteLine": "cac:InvoiceLine", "cbc:CreditedQuantity": "cbc:InvoicedQuantity"}


@lru_cache(maxsize=4096)
def term_of(path: str) -> str:
    """The term of a path without positions (`/ubl:Invoice/cbc:ID`: `BT-1`), else of the nearest group above it."""
    root, _, rest = path.lstrip("/").partition("/")
    if root not in _ROOTS:
        return ""
    table = _table()
    steps = [_CREDIT_NOTE.get(step, step) for step in rest.split("/")]
    while steps:
        if term := table.get("/".join(steps)):
            return term
        steps.pop()
    return ""


@cache
def _table() -> dict[str, str]:
    folder = Path(__file__).with_name("syntax")
    return {
        path: term for name in _FILES for path, term in json.loads((folder / name).read_text(encoding="utf-8")).items()
    }
