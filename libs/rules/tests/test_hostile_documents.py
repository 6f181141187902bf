from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.detection import kind_of
from rules.engine import RuleEngine
from rules.errors import DocumentRefused
from rules.parsing import MAX_BYTES, MAX_MARKUP, read_xml

LAUGHS = b"".join(b'<!ENTITY %c "%s">' % (b, b"&%c;" % a * 10) for a, b in pairwise(b"abcdefghij"))
BILLION_LAUGHS = b'<!DOCTYPE l [<!ENTITY a "lol">' + LAUGHS + b"]><l>&j;</l>"

HOSTILE = {
    "nothing": (b"", "NAV-XML-01"),
    "no XML": (b"%PDF-1.7", "NAV-XML-01"),
    "cut off": (b"<a><b>", "NAV-XML-01"),
    "NUL": (b"<a>\0</a>", "NAV-XML-01"),
    "unbound prefix": (b"<x:a/>", "NAV-XML-01"),
    "undefined entity": (b"<a>&nbsp;</a>", "NAV-XML-01"),
    "unknown encoding": (b'<?xml version="1.0" encoding="klingon"?><a/>', "NAV-XML-01"),
    "encoding that hides markup": (b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE a><a/>', "NAV-XML-02"),
    "DOCTYPE": (b"<!DOCTYPE a><a/>", "NAV-XML-02"),
    "DOCTYPE in UTF-16": ('<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a><a/>'.encode("utf-16"), "NAV-XML-02"),
    "external entity": (b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>', "NAV-XML-02"),
    "external subset": (b'<!DOCTYPE a SYSTEM "http://127.0.0.1/x.dtd"><a/>', "NAV-XML-02"),
    "billion laughs": (BILLION_LAUGHS, "NAV-XML-02"),
    "100 MB": (b"<a>" + b"x" * 100_000_000 + b"</a>", "NAV-XML-03"),
    "a million tags": (b"<a>" + b"<b/>" * MAX_MARKUP + b"</a>", "NAV-XML-03"),
    "many attributes": (b"<a " + b' b=""' * (MAX_MARKUP + 1) + b"/>", "NAV-XML-03"),
    "deep nesting": (b"<a>" * 100_000 + b"</a>" * 100_000, "NAV-XML-04"),
    "one long text": (b"<a>" + b"x" * 11_000_000 + b"</a>", "NAV-XML-04"),
    "one long attribute": (b'<a b="' + b"x" * 11_000_000 + b'"/>', "NAV-XML-04"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_document_gets_a_typed_refusal(name: str) -> None:
    document, rule = HOSTILE[name]

    with pytest.raises(DocumentRefused) as refused:
        read_xml(document)

    assert refused.value.finding.rule == rule
    assert refused.value.finding.stops


@pytest.mark.parametrize("name", HOSTILE)
def test_the_engine_answers_a_hostile_document_with_one_fatal_finding(engine: RuleEngine, name: str) -> None:
    document, rule = HOSTILE[name]

    assert [(finding.rule, finding.stops) for finding in engine.check(document)] == [(rule, True)]


def test_a_document_of_no_known_kind_is_refused(engine: RuleEngine) -> None:
    assert [finding.rule for finding in engine.check(b"<html/>")] == ["NAV-XML-05"]
    with pytest.raises(DocumentRefused):
        kind_of(read_xml(b"<html/>"))


def test_a_refusal_says_where(engine: RuleEngine) -> None:
    [finding] = engine.check(b"<a>\n<b>\n</a>")

    assert finding.parameters == {"line": "3"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1", "windows-1252"])
def test_the_usual_encodings_are_read(encoding: str) -> None:
    declared = encoding.removesuffix("-sig")

    assert read_xml(f'<?xml version="1.0" encoding="{declared}"?><a>é</a>'.encode(encoding)).text == "é"


def test_a_document_at_the_limit_is_read() -> None:
    texts = b"<b>" + b"x" * 1_000_000 + b"</b>"
    document = b"<a>" + texts * (MAX_BYTES // len(texts)) + b"</a>"

    assert len(read_xml(document)) == MAX_BYTES // len(texts)


@given(st.binary(max_size=200) | st.text(alphabet="<>/a&;!-[]?= \"'xml", max_size=80).map(str.encode))
def test_no_bytes_whatever_make_the_reader_fail_otherwise(document: bytes) -> None:
    try:
        read_xml(document)
    except DocumentRefused as refused:
        assert refused.finding.stops
