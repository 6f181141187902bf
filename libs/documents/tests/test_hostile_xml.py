"""Bytes from outside: nothing but a typed error, which says what, where and what to do."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from documents.errors import DocumentError, DocumentUnreadable, UnknownDocument
from documents.reading import examine_invoice, read_invoice, read_order, read_receipt
from documents.xml import MAX_DEPTH, parse

EXAMPLES = Path(__file__).parents[3] / "examples"
UBL = (EXAMPLES / "every-term" / "invoice.ubl.xml").read_bytes()
CII = (EXAMPLES / "every-term" / "invoice.cii.xml").read_bytes()
ORDER = (EXAMPLES / "order-simple" / "order.xml").read_bytes()
RECEIPT = (EXAMPLES / "order-simple" / "receipt.xml").read_bytes()
BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><x>&b;&b;&b;</x>'
EXTERNAL = b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>'


def _code(data: bytes, limit: int = 1_000_000) -> str:
    with pytest.raises(DocumentUnreadable) as refused:
        parse(data, limit)
    (problem,) = refused.value.problems
    assert problem.remedy
    return problem.code


@pytest.mark.parametrize(
    "data",
    [
        BOMB,
        EXTERNAL,
        b"\xef\xbb\xbf" + BOMB,
        b'<?xml version="1.0"?><!-- <a> -->\n' + EXTERNAL,
        ('<?xml version="1.0" encoding="UTF-16"?>' + EXTERNAL.decode()).encode("utf-16"),
        ('<?xml version="1.0" encoding="UTF-16LE"?>' + BOMB.decode()).encode("utf-16-le"),
    ],
)
def test_a_document_type_declaration_is_refused_in_any_encoding(data: bytes) -> None:
    assert _code(data) == "XML_DOCTYPE"


def test_an_encoding_that_hides_the_declaration_is_refused_after_parsing() -> None:
    text = '<?xml version="1.0" encoding="UTF-7"?>' + "+ADw-!DOCTYPE x+AD4APA-x/+AD4-"
    assert _code(text.encode("ascii")) in {"XML_DOCTYPE", "XML_MALFORMED"}


def test_a_doctype_quoted_in_a_text_is_a_text() -> None:
    root = parse(b"<x><![CDATA[<!DOCTYPE html>]]></x>")
    assert root.text == "<!DOCTYPE html>"


@pytest.mark.parametrize(
    "data", [b"", b"   ", b"%PDF-1.7", b"<a>", b"<a></b>", b"\x00\xff\xfe", b"{}", b"<!-- " * 5000]
)
def test_what_is_no_xml_is_refused(data: bytes) -> None:
    assert _code(data) == "XML_MALFORMED"


def test_a_syntax_error_has_its_line() -> None:
    with pytest.raises(DocumentUnreadable) as refused:
        parse(b"<a>\n<b>\n</a>")
    assert refused.value.problems[0].line == 3


def test_size_is_bounded_before_anything_is_parsed() -> None:
    assert _code(b"<a>" + b" " * 100 + b"</a>", limit=50) == "XML_TOO_LARGE"


def test_depth_is_bounded() -> None:
    assert _code(b"<a>" * (MAX_DEPTH + 1) + b"</a>" * (MAX_DEPTH + 1)) == "XML_TOO_DEEP"
    assert parse(b"<a>" * MAX_DEPTH + b"</a>" * MAX_DEPTH).tag == "a"
    assert _code(b"<a>" * 100_000) == "XML_MALFORMED"


def test_another_document_is_named_with_what_was_expected() -> None:
    with pytest.raises(UnknownDocument, match=r"Order.*Send a UBL 2.1 Invoice or CreditNote, or a CII") as refused:
        read_invoice(ORDER)
    assert refused.value.root == "Order"
    with pytest.raises(UnknownDocument):
        read_order(UBL)
    with pytest.raises(UnknownDocument):
        read_receipt(b"<ReceiptAdvice/>")


def test_every_problem_is_told_at_once_with_path_line_and_term() -> None:
    broken = UBL.replace(b"<cbc:IssueDate>2026-11-20</cbc:IssueDate>\n", b"", 1)
    broken = broken.replace(b">1187.5000</cbc:PriceAmount>", b">1 187,50</cbc:PriceAmount>")
    broken = broken.replace(b"<cbc:DueDate>2026-12-20<", b"<cbc:DueDate>2026-02-30<")
    with pytest.raises(DocumentUnreadable) as refused:
        read_invoice(broken)
    told = {problem.code: problem for problem in refused.value.problems}
    assert told.keys() == {"MISSING_TERM", "NOT_A_DECIMAL", "NOT_A_DATE"}
    assert told["MISSING_TERM"].term == "BT-2"
    assert told["MISSING_TERM"].path == "/Invoice/cbc:IssueDate"
    assert told["NOT_A_DECIMAL"].path == "/Invoice/cac:InvoiceLine[1]/cac:Price/cbc:PriceAmount"
    assert broken.splitlines()[told["NOT_A_DECIMAL"].line - 1].startswith(b"<cbc:PriceAmount")
    assert "1 187,50" in str(refused.value)
    assert "1 187,50" not in told["NOT_A_DECIMAL"].message


@pytest.mark.parametrize("text", ["1e5", "NaN", "INF", "1,5", "0x1F", "9" * 19, "0." + "1" * 21, "--1", "١٢"])
def test_only_plain_decimals_are_numbers(text: str) -> None:
    broken = CII.replace(b"<ram:ChargeAmount>15.50<", f"<ram:ChargeAmount>{text}<".encode())
    assert broken != CII
    with pytest.raises(DocumentUnreadable, match="is no decimal number"):
        read_invoice(broken)


def test_a_price_base_of_zero_is_refused() -> None:
    with pytest.raises(DocumentUnreadable, match="not above 0"):
        read_invoice(UBL.replace(b'unitCode="C62">100</cbc:BaseQuantity>', b'unitCode="C62">0</cbc:BaseQuantity>'))


def test_a_broken_attachment_is_refused() -> None:
    attached = b'filename="bl-2026-5521.csv">'
    with pytest.raises(DocumentUnreadable, match="not base64"):
        read_invoice(UBL.replace(attached, attached + b"%%%"))


def test_what_the_model_has_no_place_for_is_told() -> None:
    extra = UBL.replace(b"<cac:AccountingSupplierParty>", b"<cac:Signature/>\n<cac:AccountingSupplierParty>", 1)
    (unread,) = examine_invoice(extra).unread
    assert unread.path == "/Invoice/cac:Signature"
    assert extra.splitlines()[unread.line - 1] == b"<cac:Signature/>"


def test_repeats_of_what_was_not_read_are_counted_in_one_entry() -> None:
    extra = UBL.replace(b"</Invoice>", b"<cac:Signature/>" * 300_000 + b"</Invoice>")
    (unread,) = examine_invoice(extra).unread
    assert (unread.path, unread.count) == ("/Invoice/cac:Signature[1]", 300_000)


def test_problems_stop_being_told_at_fifty() -> None:
    bad = b"<cac:AllowanceCharge/>" * 20_000
    with pytest.raises(DocumentUnreadable) as refused:
        read_invoice(UBL.replace(b"<cac:TaxTotal>", bad + b"<cac:TaxTotal>", 1))
    assert len(refused.value.problems) == 50


@pytest.mark.parametrize(
    ("document", "line"),
    [
        (UBL, b"cac:InvoiceLine"),
        (CII, b"ram:IncludedSupplyChainTradeLineItem"),
        (ORDER, b"cac:OrderLine"),
        (RECEIPT, b"cac:ReceiptLine"),
    ],
)
def test_lines_are_bounded(document: bytes, line: bytes) -> None:
    many = document.replace(b"<%s>" % line, b"<%s/>" % line * 5_001 + b"<%s>" % line, 1)
    read = {ORDER: read_order, RECEIPT: read_receipt}.get(document, read_invoice)
    with pytest.raises(DocumentUnreadable, match=r"500\d lines, 5000 are allowed") as refused:
        read(many)
    assert refused.value.problems[0].code == "TOO_MANY_LINES"


def test_tags_are_counted_before_a_tree_is_built() -> None:
    with pytest.raises(DocumentUnreadable, match="700000 are allowed"):
        read_invoice(b"<a>" + b"<b/>" * 700_000 + b"</a>")


def test_prefixes_comments_and_blanks_do_not_matter() -> None:
    renamed = UBL.replace(b"cbc:", b"b:").replace(b"xmlns:cbc", b"xmlns:b").replace(b"\n", b"\n\n  <!-- x -->")
    assert read_invoice(renamed) == read_invoice(UBL)


def test_a_time_zone_does_not_move_the_day() -> None:
    zoned = UBL.replace(b"<cbc:IssueDate>2026-11-20<", b"<cbc:IssueDate>2026-11-20+14:00<")
    assert read_invoice(zoned).issue_date.isoformat() == "2026-11-20"


def test_amounts_keep_their_written_precision() -> None:
    assert str(read_invoice(UBL).lines[0].price.net) == "1187.5000"
    assert read_invoice(UBL).lines[0].price.base_quantity == Decimal(100)


def _read_anything(data: bytes) -> None:
    for read in (read_invoice, read_order, read_receipt):
        try:
            read(data)
        except DocumentError as refused:
            assert str(refused)


@settings(deadline=None, max_examples=150)
@given(st.sampled_from([UBL, CII, ORDER, RECEIPT]), st.data())
def test_damaged_bytes_never_raise_anything_else(document: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(document) - 1))
    length = data.draw(st.integers(0, 30))
    inserted = data.draw(st.binary(max_size=8))
    _read_anything(document[:at] + inserted + document[at + length :])


@settings(deadline=None, max_examples=150)
@given(st.sampled_from([UBL, CII, ORDER, RECEIPT]), st.data())
def test_a_changed_tree_never_raises_anything_else(document: bytes, data: st.DataObject) -> None:
    root = etree.fromstring(document)
    elements = list(root.iter())
    victim = elements[data.draw(st.integers(1, len(elements) - 1))]
    parent = victim.getparent()
    assert parent is not None
    match data.draw(st.sampled_from(["drop", "repeat", "text", "empty", "strip"])):
        case "drop":
            parent.remove(victim)
        case "repeat":
            parent.insert(0, etree.fromstring(etree.tostring(victim)))
        case "text":
            victim.text = data.draw(st.sampled_from(["", " ", "x", "-1", "0", "1e9", "2026-13-01", "99999999", "ß"]))
        case "empty":
            victim[:] = []
        case _:
            victim.attrib.clear()
    _read_anything(etree.tostring(root))
