from pathlib import Path

import pytest
from lxml import etree

from contracts.faults import Severity
from rules.packs import PACKS, SYNTAXES, RulePack, packs_of
from rules.saxon import SaxonEngine
from rules.svrl import findings_of, official_texts

SVRL = '<s:schematron-output xmlns:s="http://purl.oclc.org/dsdl/svrl">{}</s:schematron-output>'
ROOT = etree.fromstring(b"<a/>")
PACK = PACKS[0]


def assertion(rule: str, attributes: str = "", location: str = "/a[1]") -> str:
    return (
        f'<s:failed-assert id="{rule}" test="t" location="{location}" {attributes}><s:text>x</s:text></s:failed-assert>'
    )


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: f"{pack.set}-{pack.syntaxes[0]}")
def test_every_pinned_set_runs_and_asks_something_of_an_empty_document(saxon: SaxonEngine, pack: RulePack) -> None:
    syntax = next(syntax for syntax in SYNTAXES if syntax.name == pack.syntaxes[0])

    findings = saxon.run(pack, etree.Element(syntax.root))

    assert findings or pack.set in {"cdar", "ctc-fr", "br-fr", "xrechnung", "peppol"}
    assert all(finding.rule_set == pack.label for finding in findings)


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: f"{pack.set}-{pack.syntaxes[0]}")
def test_every_rule_has_an_official_text(packs: Path, pack: RulePack) -> None:
    texts = official_texts((packs / pack.stylesheet).read_bytes())

    assert len(texts) > 30
    assert all(texts.values())


def test_a_set_has_one_stylesheet_a_syntax() -> None:
    for syntax in SYNTAXES:
        names = [pack.set for pack in packs_of(syntax.name)]
        assert len(names) == len(set(names))


def test_a_value_of_the_document_is_left_out_of_the_official_text() -> None:
    stylesheet = b"""<x:stylesheet xmlns:x="http://www.w3.org/1999/XSL/Transform" xmlns:s="http://purl.oclc.org/dsdl/svrl">
      <s:failed-assert test="a  =  b"><x:attribute name="id">R-1</x:attribute>
        <s:text>[R-1]-Value <x:text/>"<x:value-of select="."/>" is
          wrong.</s:text></s:failed-assert></x:stylesheet>"""

    assert official_texts(stylesheet)["R-1", "a = b"] == 'Value "…" is wrong.'


@pytest.mark.parametrize(
    ("attributes", "severity"),
    [
        ('flag="warning"', Severity.WARNING),
        ('flag="information"', Severity.INFORMATION),
        ('flag="fatal"', Severity.FATAL),
        ("", Severity.FATAL),
        ('flag="novelty"', Severity.FATAL),
    ],
)
def test_an_assertion_without_a_known_flag_stops_the_document(attributes: str, severity: Severity) -> None:
    [finding] = findings_of(SVRL.format(assertion("R-1", attributes)), PACK, {}, ROOT)

    assert finding.severity is severity


def test_a_rule_that_fires_a_thousand_times_keeps_its_count_and_the_first_places() -> None:
    places = "".join(assertion("R-1", location=f"/a[1]/b[{n}]") for n in range(1, 1001))

    [finding] = findings_of(SVRL.format(places), PACK, {}, ROOT)

    assert finding.count == 1000
    assert (finding.pointer, finding.also[-1], len(finding.also)) == ("/a/b[1]", "/a/b[21]", 20)


def test_an_assertion_without_an_id_is_still_a_finding() -> None:
    [finding] = findings_of(SVRL.format(assertion("")), PACK, {}, ROOT)

    assert (finding.rule, finding.stops) == ("UNNAMED", True)
