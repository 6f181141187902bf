"""The XML of an original, taken out of the sealed PDF that embeds it (Factur-X): one object less to fetch."""

import re
import zlib
from hashlib import sha256
from typing import Final

from contracts.refs import DocumentRef

_FILE: Final = re.compile(rb"/Type ?/EmbeddedFile\b.{0,500}?\bstream\r?\n", re.DOTALL)
_CANDIDATES: Final = 3


def embedded(original: bytes, document: DocumentRef) -> bytes | None:
    """The bytes that the reference names, where one of the first files in the PDF has them; else None."""
    for number, found in enumerate(_FILE.finditer(original)):
        if number == _CANDIDATES:
            break
        try:
            data = zlib.decompressobj().decompress(memoryview(original)[found.end() :], document.size + 1)
        except zlib.error:
            continue
        if sha256(data).hexdigest() == document.sha256:
            return data
    return None
