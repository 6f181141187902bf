"""Puts a proof bundle together."""

import io
import zipfile
from pathlib import Path
from typing import Any

import orjson

_VERIFIER = Path(__file__).parent / "verify.py"
_DAY_ONE = (1980, 1, 1, 0, 0, 0)  # the same bundle has the same bytes
_README = """Preuve d'archivage / proof of archiving

original.pdf   l'original scellé / the sealed original
invoice.xml    la facture structurée que l'original contient / the structured invoice that the original embeds
proof.json     l'entrée du journal, sa preuve d'inclusion, la tête signée / the log's entry, its proof, the signed head
keys.json      les clés publiques du journal / the log's public keys
verify.py      vérifie tout cela hors ligne / verifies all of it offline:   python3 verify.py
"""


def make(original: bytes, document: bytes, proof: dict[str, Any], keys: list[dict[str, Any]]) -> bytes:
    """A zip file; the same content gives the same bytes."""
    files = {
        "README.txt": _README.encode(),
        "original.pdf": original,
        "invoice.xml": document,
        "proof.json": orjson.dumps(proof, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS),
        "keys.json": orjson.dumps({"keys": keys}, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS),
        "verify.py": _VERIFIER.read_bytes(),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, _DAY_ONE), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()
