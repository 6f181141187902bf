"""Reads XML that anybody may have sent: no document type, no entities, bounded in bytes, markup, depth and text."""

from typing import Final
from xml.parsers import expat

from lxml import etree

from contracts.faults import Finding, Severity
from contracts.limits import UPLOAD_BODY
from rules.errors import DocumentRefused

REFUSALS: Final = {
    "NAV-XML-01": "the document is not well-formed XML",
    "NAV-XML-02": "the document has a DOCTYPE; business documents carry no document type and no entities",
    "NAV-XML-03": "the document is too large",
    "NAV-XML-04": "the document is nested too deeply, or one text or attribute in it is too long",
    "NAV-XML-05": "the root element is no invoice, order or message that is known here",
}
MAX_BYTES: Final = UPLOAD_BODY
MAX_MARKUP: Final = 1_500_000
"""Tags and attributes. 5,000 invoice lines need a third; a tree costs about 100 bytes each."""
_RESOURCE_LIMIT: Final = etree.ErrorTypes.ERR_RESOURCE_LIMIT

Element = etree._Element  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - lxml gives its elements no public name


class _PrologRead(Exception):
    pass


def refusal(rule: str, **parameters: str) -> DocumentRefused:
    """The typed refusal of one of the codes above."""
    return DocumentRefused(Finding(rule=rule, severity=Severity.FATAL, parameters=parameters, detail=REFUSALS[rule]))


def read_xml(document: bytes) -> Element:
    """The root element. Raises DocumentRefused: `NAV-XML-01` … `NAV-XML-04`."""
    if len(document) > MAX_BYTES:
        raise refusal("NAV-XML-03", size=str(len(document)), limit=str(MAX_BYTES))
    markup = max(document.count(b"<"), document.count(b"="))
    if markup > MAX_MARKUP:
        raise refusal("NAV-XML-03", markup=str(markup), limit=str(MAX_MARKUP))
    _refuse_document_type(document)
    # huge_tree stays off: libxml2 then stops at 256 levels and at 10 MB in one text.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(document, parser)
    except etree.XMLSyntaxError as error:
        rule = "NAV-XML-04" if getattr(error, "code", None) == _RESOURCE_LIMIT else "NAV-XML-01"
        raise refusal(rule, line=str(error.lineno or 1)) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise refusal("NAV-XML-02")
    return root


def _refuse_document_type(document: bytes) -> None:
    """Read the prolog with a second parser that stops before any declaration is acted upon.

    It reads UTF-8, UTF-16 and single-byte encodings; a document in another one is refused.
    """

    def found(*_: object) -> None:
        raise refusal("NAV-XML-02")

    def ended(*_: object) -> None:
        raise _PrologRead

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = found
    parser.StartElementHandler = ended
    try:
        parser.Parse(document, True)
    except _PrologRead:
        return
    except expat.ExpatError as error:
        raise refusal("NAV-XML-01", line=str(error.lineno)) from None
    except (ValueError, LookupError):
        raise refusal("NAV-XML-01", line="1", cause="encoding") from None
