"""Puts a proof bundle together."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

_VERIFIER = Path(__file__).parent / "verify_bundle.py"
_DAY_ONE = (1980, 1, 1, 0, 0, 0)  # the same bundle has the same bytes
_README = """Preuve d'archivage / proof of archiving

original.pdf       l'original scellé / the sealed original
invoice.xml        la facture structurée que l'original contient / the structured invoice that the original embeds
validation.json    règles appliquées et constats / rules that were applied, and findings
seal.json          vérification, avant l'archivage, du sceau et des signatures reçues
                   verification, before archiving, of the seal and of signatures that came in
proof.json         l'entrée du journal, les statuts, leurs preuves, la tête signée
                   the log's entry, the statuses, their proofs, the signed head
keys.json          les clés publiques du journal / the log's public keys
evidence.ers       enregistrement de preuve (RFC 4998) / evidence record
roots.pem          racines des autorités d'horodatage / roots of the time-stamping authorities
verify_bundle.py   vérifie tout cela hors ligne / verifies all of it offline

python3 -m pip install cryptography
python3 verify_bundle.py
"""


@dataclass(frozen=True)
class Proofs:
    """What proves the documents: the deposit's proof, those of later statuses, the log's keys, the evidence record."""

    deposit: dict[str, Any]
    keys: Sequence[dict[str, Any]]
    statuses: Sequence[dict[str, Any]] = ()
    evidence: bytes | None = field(default=None, repr=False)
    roots: bytes = field(default=b"", repr=False)


def make(documents: Mapping[str, bytes], proofs: Proofs) -> bytes:
    """A zip file; the same content gives the same bytes. `documents` are files by their name in the bundle."""
    files = {
        "README.txt": _README.encode(),
        **documents,
        "proof.json": _json(proofs.deposit | {"statuses": list(proofs.statuses)}),
        "keys.json": _json({"keys": list(proofs.keys)}),
        "verify_bundle.py": _VERIFIER.read_bytes(),
    }
    if proofs.evidence is not None:
        files |= {"evidence.ers": proofs.evidence, "roots.pem": proofs.roots}
    return zipped(files)


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip file of these files, in their order."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, _DAY_ONE), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _json(value: object) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)
