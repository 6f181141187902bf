"""The documents in examples/ are what the writers write; `make golden` (GOLDEN_WRITE=1) rewrites them for review."""

import json
import os
from pathlib import Path

import pytest

from documents.cii.invoice import write_invoice as write_cii
from documents.invoice import Invoice, InvoiceDraft, ProcessControl
from documents.invoice.codes import PEPPOL_BILLING, PEPPOL_BILLING_PROCESS
from documents.order import Order
from documents.reading import Syntax, examine_invoice, examine_order, read_invoice, read_receipt
from documents.receipt import ReceiptAdvice
from documents.totals import calculate
from documents.ubl.invoice import write_invoice as write_ubl
from documents.ubl.order import write_order
from documents.ubl.receipt import write_receipt
from documents.values import Model
from documents.writing import write_invoice

EXAMPLES = Path(__file__).parents[3] / "examples"
INVOICES = sorted(EXAMPLES.glob("*/draft.json"))
ORDERS = sorted(EXAMPLES.glob("*/order.json"))
SYNTAXES: tuple[Syntax, ...] = ("UBL", "CII")
RECEIPTS = sorted(EXAMPLES.glob("*/receipt.json"))


def _case(path: Path) -> str:
    return path.parent.name


def _same(path: Path, content: bytes) -> None:
    if os.environ.get("GOLDEN_WRITE") == "1":
        path.write_bytes(content)
    assert path.read_bytes() == content, f"{path.name} differs; run `make golden` and review the change"


def _json(model: Model) -> bytes:
    values = model.model_dump(mode="json", exclude_defaults=True)
    return (json.dumps(values, indent=2, ensure_ascii=False) + "\n").encode()


def test_there_are_examples() -> None:
    assert len(INVOICES) >= 6
    assert ORDERS
    assert RECEIPTS


@pytest.mark.parametrize("draft", INVOICES, ids=_case)
def test_a_draft_becomes_the_golden_invoice_in_both_syntaxes(draft: Path) -> None:
    invoice = calculate(InvoiceDraft.model_validate_json(draft.read_bytes()))
    _same(draft.with_name("invoice.json"), _json(invoice))
    _same(draft.with_name("invoice.ubl.xml"), write_ubl(invoice))
    _same(draft.with_name("invoice.cii.xml"), write_cii(invoice))


@pytest.mark.parametrize("draft", INVOICES, ids=_case)
@pytest.mark.parametrize("name", ["invoice.ubl.xml", "invoice.cii.xml"])
def test_a_golden_invoice_is_read_back_whole(draft: Path, name: str) -> None:
    expected = Invoice.model_validate_json(draft.with_name("invoice.json").read_bytes())
    read = examine_invoice(draft.with_name(name).read_bytes())
    assert read.document == expected
    assert read.unread == ()


@pytest.mark.parametrize("path", ORDERS, ids=_case)
def test_an_order_becomes_the_golden_ubl_and_back(path: Path) -> None:
    order = Order.model_validate_json(path.read_bytes())
    _same(path, _json(order))
    _same(path.with_suffix(".xml"), write_order(order))
    read = examine_order(path.with_suffix(".xml").read_bytes())
    assert read.unread == ()
    in_ubl = {"contacts": (), "receipt_required": None, "tolerance": None}
    assert read.document == order.model_copy(update=in_ubl)


@pytest.mark.parametrize("path", RECEIPTS, ids=_case)
def test_a_receipt_becomes_the_golden_ubl_and_back(path: Path) -> None:
    receipt = ReceiptAdvice.model_validate_json(path.read_bytes())
    _same(path, _json(receipt))
    _same(path.with_suffix(".xml"), write_receipt(receipt))
    assert read_receipt(path.with_suffix(".xml").read_bytes()) == receipt


def test_one_invoice_is_written_in_another_profile_without_changing_it() -> None:
    invoice = Invoice.model_validate_json((EXAMPLES / "order-simple" / "invoice.json").read_bytes())
    peppol = ProcessControl(business_process=PEPPOL_BILLING_PROCESS, specification=PEPPOL_BILLING)
    written = {syntax: read_invoice(write_invoice(invoice, syntax, peppol)) for syntax in SYNTAXES}
    assert all(read.process == peppol for read in written.values())
    assert read_invoice(write_invoice(invoice, "UBL")) == invoice
