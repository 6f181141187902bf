"""Reads SVRL, what the official stylesheets answer (ISO/IEC 19757-3, annex D): one finding a rule, with its places."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

from lxml import etree

from contracts.faults import MAX_DETAIL, Finding, Severity
from documents.xml import Element
from rules.packs import RulePack
from rules.pointers import from_svrl, path_of
from rules.terms import term_of

_SVRL: Final = "{http://purl.oclc.org/dsdl/svrl}"
_XSL: Final = "{http://www.w3.org/1999/XSL/Transform}"
_FIRED: Final = (f"{_SVRL}failed-assert", f"{_SVRL}successful-report")
_TERM: Final = re.compile(r"\bB[TG]-\d{1,3}\b")
_LABEL: Final = re.compile(r"^\[[^\]]+\] ?[-:]? ?")
"""The rule's own id in front of its text."""
MAX_ALSO: Final = 20
_MAX_TERMS: Final = 20

Texts = dict[tuple[str, str], str]
"""(rule id, test) to the official text, values of the document left out; (rule id, "") to the first one of the rule."""


def official_texts(stylesheet: bytes) -> Texts:
    """The text of every assertion in a compiled Schematron.

    Taken from the stylesheet and not from its answer, where values of the document stand in it: `…` marks those places.
    """
    texts: Texts = {}
    for assertion in etree.fromstring(stylesheet).iter(*_FIRED):
        rule = next((a.text or "" for a in assertion.iter(f"{_XSL}attribute") if a.get("name") == "id"), "")
        if text := official_text(assertion):
            texts.setdefault((rule, _spaced(assertion.get("test", ""))), text)
            texts.setdefault((rule, ""), text)
    return texts


def text_in(element: Element) -> str:
    """All text inside an element."""
    pieces: Any = element.itertext()
    return "".join(pieces)


def official_text(assertion: Element) -> str:
    """The text of one assertion in a stylesheet; empty when it has none."""
    text = assertion.find(f"{_SVRL}text")
    if text is None:
        return ""
    parts: list[str] = [text.text or ""]
    for child in text.iter():
        if child is text:
            continue
        parts.append("…" if child.tag == f"{_XSL}value-of" else child.text or "")
        parts.append(child.tail or "")
    return _LABEL.sub("", _spaced("".join(parts)))


def _spaced(text: str) -> str:
    return " ".join(text.split())


def findings_of(svrl: str, pack: RulePack, texts: Texts, root: Element) -> list[Finding]:
    """The findings of one rule set, in the order in which its rules fired first. No flag means fatal."""
    fired: dict[tuple[str, str], list[Element]] = {}
    # Our own engine wrote it, and a text in it may be as long as one in the document.
    answer = etree.fromstring(svrl.encode(), etree.XMLParser(huge_tree=True, resolve_entities=False))
    for element in answer.iter(*_FIRED):
        fired.setdefault((element.get("id", ""), element.get("flag") or "fatal"), []).append(element)
    return [_finding(rule, flag, places, pack, texts, root) for (rule, flag), places in fired.items()]


def _finding(rule: str, flag: str, places: list[Element], pack: RulePack, texts: Texts, root: Element) -> Finding:
    pointers = [from_svrl(place.get("location", ""), root) for place in places[: MAX_ALSO + 1]]
    # XSLT reads braces in a test as a template (`{10}` becomes `10`): such a test does not come back as it is written.
    detail = texts.get((rule, _spaced(places[0].get("test", "")))) or texts.get((rule, ""), "")
    return finding_of(rule, flag, pointers, len(places), detail, pack)


def finding_of(rule: str, flag: str, places: Sequence[str], count: int, detail: str, pack: RulePack) -> Finding:
    """One finding of a rule that fired `count` times, from its first places. No flag that is known means fatal."""
    pointers = list(dict.fromkeys(places))
    terms = _terms_in(detail)
    if own := term_of(path_of(pointers[0])):
        terms = tuple(dict.fromkeys((own, *terms)))
    return Finding(
        rule=rule or "UNNAMED",
        severity=_severity(flag),
        pointer=pointers[0],
        also=tuple(pointers[1:]),
        count=count,
        rule_set=pack.label,
        terms=terms[:_MAX_TERMS],
        detail=detail[:MAX_DETAIL],
    )


@lru_cache(maxsize=4096)
def _terms_in(detail: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_TERM.findall(detail)))


def _severity(flag: str) -> Severity:
    try:
        return Severity(flag)
    except ValueError:
        # An unknown flag must never let a document pass.
        return Severity.FATAL
