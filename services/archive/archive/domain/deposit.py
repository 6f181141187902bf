"""One object a deposit: a ZIP whose files are stored as they are, so that any system reads it without us in decades.

Beside the sealed PDF, in which XML, attachments and what came in are embedded, stand the XML as it was checked, what
was found by which rules, and the report on the seal.
"""

import io
import zipfile
from collections.abc import Mapping
from typing import Final

MEDIA_TYPE: Final = "application/zip"
FILES: Final = {
    "original": "original.pdf",
    "document": "invoice.xml",
    "validation": "validation.json",
    "seal": "seal.json",
}
"""The files of a deposit, by the name that its leaf gives each digest; a bundle calls them the same."""
_DAY_ONE: Final = (1980, 1, 1, 0, 0, 0)


class NotADeposit(ValueError):
    """The bytes are not what `pack` makes."""


def pack(parts: Mapping[str, bytes]) -> bytes:
    """The object that holds these parts, each by its name in the leaf; the same parts give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as files:
        for name, file in FILES.items():
            if name in parts:
                files.writestr(zipfile.ZipInfo(file, _DAY_ONE), parts[name])
    return out.getvalue()


def unpack(data: bytes) -> dict[str, bytes]:
    """The parts of a deposit by their name in the leaf. Raises NotADeposit."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as files:
            there = set(files.namelist())
            return {name: files.read(file) for name, file in FILES.items() if file in there}
    except (zipfile.BadZipFile, RuntimeError, EOFError) as error:
        raise NotADeposit(f"{type(error).__name__}: {error}") from None
