"""veraPDF, EU DSS, Mustang and pyHanko accept our sealed originals, and refuse what was tampered with."""

import asyncio
import io
from typing import Any

import pikepdf
import pytest
from pyhanko.pdf_utils.generic import DictionaryObject, NameObject, StreamObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from documents.cii.invoice import write_invoice
from documents.invoice.codes import CTC_FR_EXTENDED
from documents.reading import read_invoice
from signing.domain.levels import SealLevel
from signing.domain.rendering import OriginalXml
from signing.domain.report import Indication
from signing.renderer.metadata import conformance_level
from signing.sealer.inspection import inspect

pytestmark = [pytest.mark.judge, pytest.mark.timeout(900)]


@pytest.mark.parametrize("level", [SealLevel.B_LT, SealLevel.B_LTA])
async def test_every_golden_invoice_is_accepted_by_all_judges(
    example: bytes, level: SealLevel, originals: Any, judges: Any, trusted: list[bytes]
) -> None:
    sealed = await originals.make(example, level)
    archivable = judges.ask("verapdf", sealed.content)
    assert archivable["ok"], archivable
    hybrid = judges.ask("mustang", sealed.content)
    # a document of another specification (Peppol) travels under its own name and claims to be no Factur-X
    assert hybrid["ok"] is is_factur_x(example), hybrid
    seal = judges.ask("dss", sealed.content)
    assert seal["ok"], seal
    assert [found["format"] for found in seal["signatures"]] == [f"PAdES-BASELINE-{level.value.removeprefix('B-')}"]
    assert (await asyncio.to_thread(inspect, sealed.content, trusted)).indication is Indication.TOTAL_PASSED


async def test_a_changed_byte_fails(one_example: bytes, originals: Any, judges: Any) -> None:
    content = bytearray((await originals.make(one_example)).content)
    content[content.index(b"startxref") - 40] ^= 1
    assert not judges.ask("dss", bytes(content))["ok"]


async def test_an_xml_swapped_in_a_later_revision_fails(
    one_example: bytes, originals: Any, judges: Any, trusted: list[bytes]
) -> None:
    sealed = await originals.make(one_example)
    swapped = with_other_xml(sealed.content, one_example.replace(b"<ram:Name>", b"<ram:Name>X", 1))
    seal = judges.ask("dss", swapped)
    assert not seal["ok"]
    assert seal["signatures"][0]["later_changes"] > 0
    assert (await asyncio.to_thread(inspect, swapped, trusted)).indication is Indication.TOTAL_FAILED


async def test_a_script_in_the_file_fails(one_example: bytes, originals: Any, judges: Any) -> None:
    changed = io.BytesIO()
    with pikepdf.open(io.BytesIO((await originals.print(one_example)).content)) as pdf:
        pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
        pdf.save(changed)
    archivable = judges.ask("verapdf", changed.getvalue())
    assert not archivable["ok"]
    assert any(rule.startswith("6.5.1") for rule in archivable["failures"]), archivable


async def test_a_wrong_total_fails(one_example: bytes, originals: Any, judges: Any) -> None:
    start, end = b"<ram:GrandTotalAmount>", b"</ram:GrandTotalAmount>"
    before, _, rest = one_example.partition(start)
    wrong = before + start + b"1.00" + rest[rest.index(end) :]
    hybrid = judges.ask("mustang", (await originals.print(wrong)).content)
    assert not hybrid["ok"]
    assert any("BR-CO-15" in problem for problem in hybrid["problems"])


async def test_an_unsealed_page_fails(one_example: bytes, originals: Any, judges: Any) -> None:
    assert not judges.ask("dss", (await originals.print(one_example)).content)["ok"]


async def test_the_french_extension_is_accepted_but_for_a_code_that_mustang_does_not_know(
    one_example: bytes, originals: Any, judges: Any
) -> None:
    invoice = read_invoice(one_example)
    process = invoice.process.model_copy(update={"specification": CTC_FR_EXTENDED})
    french = write_invoice(invoice.model_copy(update={"process": process}))
    sealed = await originals.make(french, SealLevel.B_LTA)
    assert judges.ask("verapdf", sealed.content)["ok"]
    assert judges.ask("dss", sealed.content)["ok"]
    hybrid = judges.ask("mustang", sealed.content)
    # its Schematron of EXTENDED knows one BT-24 (FX-SCH-A-000636); the official rules of the French one are ours to run
    assert (hybrid["pdf"], len(hybrid["problems"])) == ("valid", 1)
    assert "FX-SCH-A-000636" in hybrid["problems"][0]


def is_factur_x(xml: bytes) -> bool:
    return conformance_level(OriginalXml(xml), read_invoice(xml).process.specification) is not None


def with_other_xml(pdf: bytes, xml: bytes) -> bytes:
    """Appends a revision whose embedded file has other bytes, as a forger would."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    specification: Any = writer.root["/AF"][0]
    stream = StreamObject(DictionaryObject({NameObject("/Type"): NameObject("/EmbeddedFile")}), stream_data=xml)
    reference = writer.add_object(stream)
    specification["/EF"] = DictionaryObject({NameObject("/F"): reference, NameObject("/UF"): reference})
    writer.update_container(specification)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
