"""Reads XML that anybody may have sent, and refuses what it will not read with a finding of its own."""

from typing import Final

from lxml import etree

from contracts.faults import Finding, Severity
from contracts.limits import UPLOAD_BODY
from documents.errors import DocumentUnreadable, Problem
from documents.xml import BareParser, Element, parse
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

_RULES: Final = {
    "XML_MALFORMED": "NAV-XML-01",
    "XML_DOCTYPE": "NAV-XML-02",
    "XML_TOO_LARGE": "NAV-XML-03",
    "XML_TOO_DEEP": "NAV-XML-04",
}
_LIBXML2_LIMIT: Final = "XML_PARSE_HUGE"
"""What libxml2 advises where its own limits stop it (256 levels, 10 MB in one text): the XML may be well-formed."""


_HAS_COMMENTS: Final = etree.XPath("boolean(.//comment() | .//processing-instruction())")


def refusal(rule: str, **parameters: str) -> DocumentRefused:
    """The typed refusal of one of the codes above."""
    return DocumentRefused(Finding(rule=rule, severity=Severity.FATAL, parameters=parameters, detail=REFUSALS[rule]))


def read_xml(document: bytes) -> Element:
    """The root element. Raises DocumentRefused: `NAV-XML-01` … `NAV-XML-04`."""
    if len(document) > MAX_MARKUP:
        markup = max(document.count(b"<"), document.count(b"="))
        if markup > MAX_MARKUP:
            raise refusal("NAV-XML-03", markup=str(markup), limit=str(MAX_MARKUP))
    try:
        return parse(document, MAX_BYTES)
    except DocumentUnreadable as unreadable:
        raise _refused(unreadable.problems[0]) from None


def without_comments(root: Element) -> Element:
    """The same document without comments and processing instructions, which divide texts; `read_xml` leaves none."""
    if isinstance(root.getroottree().parser, BareParser) or not _HAS_COMMENTS(root):
        return root
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    return etree.fromstring(etree.tostring(root, with_tail=False), parser)


def _refused(problem: Problem) -> DocumentRefused:
    rule = "NAV-XML-04" if _LIBXML2_LIMIT in problem.message else _RULES.get(problem.code, "NAV-XML-01")
    return refusal(rule, **({"line": str(problem.line)} if problem.line else {}))
