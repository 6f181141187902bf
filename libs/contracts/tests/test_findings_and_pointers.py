import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from contracts.faults import Finding, Severity, Violation, json_pointer
from contracts.status import Party


def test_a_finding_survives_the_way_through_json() -> None:
    finding = Finding(
        rule="BR-CO-15",
        severity=Severity.FATAL,
        pointer="/ubl:Invoice/cac:LegalMonetaryTotal[1]",
        count=2,
        rule_set="en16931 1.3.16",
        terms=("BT-112", "BT-109"),
        parameters={"line": "12"},
    )

    assert Finding.model_validate_json(finding.model_dump_json()) == finding


def test_only_fatal_findings_stop_a_document() -> None:
    assert [s for s in Severity if Finding(rule="X-1", severity=s).stops] == [Severity.FATAL]


def test_the_supplier_mends_a_finding_unless_it_says_otherwise() -> None:
    assert Finding(rule="X-1", severity=Severity.WARNING).fixed_by is Party.SUPPLIER


def test_a_finding_ignores_what_a_newer_writer_added() -> None:
    assert Finding.model_validate({"rule": "X-1", "severity": "fatal", "since": "2027"}).rule == "X-1"


@pytest.mark.parametrize("wrong", [{"rule": ""}, {"severity": "serious"}, {"count": 0}, {"detail": "x" * 501}])
def test_a_finding_out_of_bounds_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Finding.model_validate({"rule": "X-1", "severity": "fatal", **wrong})


def test_a_finding_becomes_a_violation_with_the_text_of_its_reader() -> None:
    finding = Finding(rule="BR-02", severity=Severity.FATAL, pointer="/a", detail="official")

    assert finding.violation("Il manque le numéro") == Violation(
        rule="BR-02", pointer="/a", detail="Il manque le numéro", severity=Severity.FATAL
    )


def test_a_pointer_to_the_whole_document_is_empty() -> None:
    assert json_pointer() == ""


def test_a_pointer_escapes_what_rfc_6901_reserves() -> None:
    assert json_pointer("lines", 0, "a/b~c") == "/lines/0/a~1b~0c"


@given(st.lists(st.text(min_size=1), max_size=5))
def test_a_pointer_can_be_read_back(steps: list[str]) -> None:
    read = [s.replace("~1", "/").replace("~0", "~") for s in json_pointer(*steps).split("/")[1:]]

    assert read == steps
