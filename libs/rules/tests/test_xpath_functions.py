"""XPath functions and operators of compiled rules against Saxon, on values that property tests choose."""

import decimal
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from saxonche import PySaxonApiError, PySaxonProcessor

from rules.compiled.automaton import Automaton
from rules.compiled.building import build
from rules.compiled.rule_set import Run
from rules.compiler.emitter import EMITTERS
from rules.compiler.parser import parse
from rules.compiler.sharing import Sharing
from rules.compiler.stylesheet import Stylesheet
from rules.compiler.unit import Scope, Unit
from rules.compiler.values import Kind, one
from rules.xpath.errors import DynamicError
from rules.xpath.library import LIBRARY
from rules.xpath.numbers import PRECISION, written

XS = "http://www.w3.org/2001/XMLSchema"
STOPPED = "stopped"

# Not -0: what Saxon says of it when an untyped value meets a number differs between its XPath and its XSLT.
TEXTS = st.one_of(
    st.sampled_from(
        [
            "",
            "0",
            "-0",
            "-0.00",
            "1",
            "-1.5",
            "2.5",
            "0.5",
            "1e3",
            "NaN",
            "INF",
            " 7 ",
            "abc",
            "A b  c",
            "true",
            "1.0",
            "12345678901234567890.125",
        ]
    ),
    st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**6), max_value=10**6).map(str),
    st.text(alphabet="aZé 0.-\t\n#$", max_size=8),
)
EXPRESSIONS = [
    "normalize-space(/r/a)",
    "normalize-space(upper-case(/r/a))",
    "string-length(/r/a)",
    "substring(/r/a, 2)",
    "substring(/r/a, 0, 3)",
    "substring(/r/a, 1.5, 2.5)",
    "substring-before(/r/a, '.')",
    "substring-after(/r/a, '.')",
    "translate(/r/a, 'aZ0', 'b')",
    "concat(/r/a, '|', /r/b)",
    "contains(/r/a, /r/b)",
    "starts-with(/r/a, /r/b)",
    "ends-with(/r/a, '0')",
    "matches(/r/a, '^\\s*\\d+$')",
    "matches(/r/a, '^.$')",
    "replace(/r/a, '(\\d)\\.', '$1,')",
    "string-join(tokenize(/r/a, '\\s'), '|')",
    "string-join(tokenize(/r/a, '\\.'), '|')",
    "number(/r/a)",
    "number(/r/a) + 1",
    "xs:decimal(/r/a) + xs:decimal(/r/b)",
    "xs:decimal(/r/a) - xs:decimal(/r/b)",
    "xs:decimal(/r/a) * xs:decimal(/r/b)",
    "xs:decimal(/r/a) div xs:decimal(/r/b)",
    "xs:decimal(/r/a) mod xs:decimal(/r/b)",
    "xs:decimal(/r/a) idiv xs:decimal(/r/b)",
    "round(xs:decimal(/r/a) * 10) div 10",
    "round(xs:double(/r/a))",
    "floor(xs:decimal(/r/a))",
    "ceiling(xs:decimal(/r/a))",
    "abs(xs:decimal(/r/a))",
    "-(xs:decimal(/r/a))",
    "/r/a + /r/b",
    "/r/a * 2",
    "/r/a div /r/b",
    "sum(/r/*)",
    "sum(/r/none)",
    "count(/r/*[. = '1'])",
    "max(/r/*/number(.))",
    "min(/r/*/xs:decimal(.))",
    "/r/a = /r/b",
    "/r/a != /r/b",
    "/r/a > /r/b",
    "/r/a = 0",
    "/r/a < 0",
    "0 >= /r/a",
    "/r/a >= 0",
    "/r/a > (1, 2)",
    "/r/a > count(/r/*)",
    "xs:decimal(/r/a) = xs:decimal(/r/b)",
    "xs:decimal(/r/a) le 2.5",
    "/r/a = true()",
    "/r/a = ('0', 'abc', ' ')",
    "some $x in /r/* satisfies $x = '1'",
    "every $x in /r/* satisfies string-length($x) > 1",
    "string-join(for $x in /r/* return upper-case($x), '|')",
    "if (/r/a castable as xs:decimal) then xs:decimal(/r/a) else -1",
    "/r/a castable as xs:integer",
    "/r/a castable as xs:date",
    "string-join(for $c in string-to-codepoints(/r/a) return string($c), ' ')",
    "count(distinct-values(/r/*))",
    "exists(/r/a[string-length(.) > 2])",
    "not(/r/a) or boolean(/r/a)",
    "name(/r/*[1])",
    "local-name(/r/*[last()])",
    "string(/r)",
    "/r/*[2]",
    "string(/r/b/preceding-sibling::*)",
    "string((/r/a | /r/b)[2])",
    "xs:integer(/r/a) mod 7",
    "string(xs:double(/r/a))",
    "string(xs:decimal(/r/a))",
]


@pytest.fixture(scope="module")
def saxon() -> Iterator[Any]:
    with PySaxonProcessor(license=False) as processor:
        yield processor


@cache
def compiled(expression: str) -> tuple[Any, int]:
    """Our function of an expression, and how many values it keeps."""
    unit = Unit(Stylesheet((), {}, {}, {}, {}), Sharing(), EMITTERS)
    top = one(Kind.NODE, "run.top")
    value = unit.value(parse(expression, {"xs": XS}), Scope(top, top))
    lines = [f"{name} = {tag!r}" for tag, name in unit.tags.items()]
    lines += [f"{name} = {code}" for code, name in unit.constants.items()]
    lines += [*unit.definitions, f"def answer(run): return {value.items}"]
    namespace = dict(LIBRARY)
    exec("\n".join(lines), namespace)  # noqa: S102 - what the compiler has just written
    return namespace["answer"], unit.kept


def ours(expression: str, document: bytes) -> str:
    answer, kept = compiled(expression)
    run = Run(build(etree.fromstring(document), Automaton()), kept)
    try:
        with decimal.localcontext(PRECISION):
            items = list(answer(run))
    except DynamicError:
        return STOPPED
    return "|".join(said(item) for item in items)


def said(item: Any) -> str:
    if isinstance(item, str):
        return str(item)
    return written(item) if not hasattr(item, "element") else "".join(item.element.itertext())


def theirs(saxon: Any, expression: str, document: bytes) -> str:
    xpath = saxon.new_xpath_processor()
    xpath.declare_namespace("xs", XS)
    xpath.set_context(xdm_item=saxon.parse_xml(xml_text=document.decode()))
    try:
        found = xpath.evaluate(expression)
        if found is None:
            return ""
        return "|".join(found.item_at(number).string_value for number in range(found.size))
    except PySaxonApiError:
        return STOPPED


DATES = (
    "2018-04-13",
    "2018-04-13Z",
    "2018-04-13+10:00",
    "2018-04-12-14:00",
    "2018-04-13+14:59",
    "2018-04-13+15:00",
    "26018-04-13",
    "02018-04-13",
    "-0004-02-29",
    "-0005-02-29",
    "0000-02-29",
    "1900-02-29",
    "2147483648-01-01",
    " 2018-04-13 ",
)


@pytest.mark.parametrize("expression", [f"xs:date(/r/a) {sign} xs:date(/r/b)" for sign in ("=", "<", ">=")])
def test_dates_of_any_year_and_zone_compare_as_saxon_compares_them(saxon: Any, expression: str) -> None:
    for a in DATES:
        for b in DATES:
            document = f"<r><a>{a}</a><b>{b}</b></r>".encode()
            assert ours(expression, document) == theirs(saxon, expression, document), (a, b)


@pytest.mark.parametrize("expression", EXPRESSIONS)
@settings(max_examples=4, deadline=None, derandomize=True)
@given(a=TEXTS, b=TEXTS, repeats=st.booleans())
def test_an_expression_has_the_value_that_saxon_gives_it(
    saxon: Any, expression: str, a: str, b: str, repeats: bool
) -> None:
    root = etree.Element("r")
    for name, text in [("a", a), ("b", b), *([("a", b)] if repeats else [])]:
        etree.SubElement(root, name).text = text
    document = etree.tostring(root, encoding="utf-8")

    assert ours(expression, document) == theirs(saxon, expression, document)
