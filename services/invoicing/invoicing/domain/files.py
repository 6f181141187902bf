"""What a file is, by its bytes: a name or a media type that somebody sends is never believed."""

import re
import zipfile
from io import BytesIO
from typing import Final

PDF: Final = "application/pdf"
PNG: Final = "image/png"
JPEG: Final = "image/jpeg"
CSV: Final = "text/csv"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODS: Final = "application/vnd.oasis.opendocument.spreadsheet"
EXTENSIONS: Final = {
    PDF: (".pdf",),
    PNG: (".png",),
    JPEG: (".jpg", ".jpeg"),
    CSV: (".csv",),
    XLSX: (".xlsx",),
    ODS: (".ods",),
}
"""BT-125-1: the media types that EN 16931 allows inside an invoice (BR-CL-24)."""

_MAGIC: Final = ((b"%PDF-", PDF), (b"\x89PNG\r\n\x1a\n", PNG), (b"\xff\xd8\xff", JPEG))
_MOST_MEMBERS: Final = 2_000
_MOST_UNPACKED: Final = 200 * 1024 * 1024
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_NAME: Final = re.compile(r"^[^\x00-\x1f\x7f/\\:*?\"<>|]{1,120}$")


class FileNotTaken(ValueError):
    """A file that no invoice carries: a stable code, and what to do."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


def media_type(data: bytes, name: str) -> str:
    """The media type of an attachment. Raises FileNotTaken (`FILE_NAME`, `FILE_EMPTY`, `FILE_TYPE`, `FILE_MACROS`).

    Nothing is unpacked: of a container only the directory is read.
    """
    if not _NAME.match(name) or name.strip(" .") != name:
        raise FileNotTaken("FILE_NAME", "Give the file a plain name with its ending, without slashes.")
    if not data:
        raise FileNotTaken("FILE_EMPTY", "The file is empty.")
    found = _sniffed(data)
    if found is None or not name.lower().endswith(EXTENSIONS[found]):
        raise FileNotTaken("FILE_TYPE", "Send a PDF, PNG, JPEG, CSV, XLSX or ODS whose name ends accordingly.")
    return found


def _sniffed(data: bytes) -> str | None:
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            return kind
    if data.startswith(b"PK\x03\x04"):
        return _container(data)
    return CSV if _is_text(data) else None


def _container(data: bytes) -> str | None:
    try:
        with zipfile.ZipFile(BytesIO(data)) as held:
            members = held.infolist()
            names = {member.filename for member in members}
            if len(members) > _MOST_MEMBERS or sum(member.file_size for member in members) > _MOST_UNPACKED:
                return None
            if any(name.lower().endswith("vbaproject.bin") or name.startswith("Basic/") for name in names):
                raise FileNotTaken("FILE_MACROS", "A sheet with macros is not taken; save it without them.")
            if {"[Content_Types].xml", "xl/workbook.xml"} <= names:
                return XLSX
            first = members[0] if members else None
            if first and first.filename == "mimetype" and first.file_size < 100 and held.read(first) == ODS.encode():
                return ODS
    except (zipfile.BadZipFile, OSError, RuntimeError):
        return None
    return None


def _is_text(data: bytes) -> bool:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    return not _CONTROLS.search(text) and any(mark in text for mark in (";", ",", "\t"))
