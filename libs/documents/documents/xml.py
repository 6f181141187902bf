"""The one way in for XML: no DTD, no entities, bounded in size and depth (CWE-611, CWE-776)."""

import re
from typing import Final, TypeAlias

from lxml import etree

from contracts.limits import DOCUMENT_BODY
from documents.errors import DocumentUnreadable, Problem

Element: TypeAlias = etree._Element  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - lxml names its element type so

MAX_DEPTH: Final = 40
"""UBL and CII need 12 levels, an XML signature in an extension some 20."""

_PROLOG: Final = re.compile(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?(?:[ \t\r\n]|<\?.*?\?>|<!--.*?-->)*+", re.DOTALL)
_TOO_DEEP: Final = etree.XPath("boolean(" + "/*" * (MAX_DEPTH + 1) + ")")


class BareParser(etree.XMLParser):
    """Loads nothing and expands nothing; the trees that it makes have neither comments nor processing instructions."""

    def __init__(self) -> None:
        super().__init__(
            resolve_entities=False,
            load_dtd=False,
            no_network=True,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
            collect_ids=False,
        )


def parse(data: bytes, limit: int = DOCUMENT_BODY) -> Element:
    """The root element of a document of at most `limit` bytes; comments and processing instructions are dropped.

    Raises DocumentUnreadable with code XML_TOO_LARGE, XML_DOCTYPE, XML_MALFORMED or XML_TOO_DEEP.
    """
    if len(data) > limit:
        message = f"The document has {len(data)} bytes, {limit} are allowed"
        raise _unreadable("XML_TOO_LARGE", message, "Send large attachments beside the document")
    if _declares_doctype(data):
        raise _doctype()
    try:
        root = etree.fromstring(data, BareParser())
    except etree.XMLSyntaxError as error:
        message = f"The XML is not well-formed: {error.msg or 'the document is empty'}"
        raise _unreadable("XML_MALFORMED", message, "Correct it and send it again", error.lineno or 0) from None
    # An encoding that hides the declaration from the scan above does not hide it from the parser.
    if root.getroottree().docinfo.internalDTD is not None:
        raise _doctype()
    if _TOO_DEEP(root):
        raise _unreadable("XML_TOO_DEEP", f"Elements are nested more than {MAX_DEPTH} deep", "Flatten the extensions")
    return root


def _declares_doctype(data: bytes) -> bool:
    head = data.replace(b"\0", b"") if b"\0" in data[:4] else data  # UTF-16
    prolog = _PROLOG.match(head)
    return head[prolog.end() if prolog else 0 :].startswith(b"<!DOCTYPE")


def _doctype() -> DocumentUnreadable:
    return _unreadable("XML_DOCTYPE", "A document type declaration is not accepted", "Remove the DOCTYPE", 1)


def _unreadable(code: str, message: str, remedy: str, line: int = 0) -> DocumentUnreadable:
    return DocumentUnreadable(Problem(code=code, message=message, remedy=f"{remedy}.", line=line))
