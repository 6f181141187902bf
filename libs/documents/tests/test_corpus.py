"""Real invoices of many makers, where NAVETTE_CORPUS names their directory: read, written, read again, the same."""

import os
from pathlib import Path

import pytest

from documents.cii.invoice import write_invoice as write_cii
from documents.errors import DocumentError
from documents.reading import read_invoice
from documents.ubl.invoice import write_invoice as write_ubl

CORPUS = os.environ.get("NAVETTE_CORPUS")

pytestmark = pytest.mark.skipif(CORPUS is None, reason="NAVETTE_CORPUS names no directory of invoices")


def test_every_invoice_is_refused_with_a_typed_error_or_survives_both_syntaxes() -> None:
    assert CORPUS is not None
    read = 0
    for path in sorted(Path(CORPUS).rglob("*.xml")):
        try:
            invoice = read_invoice(path.read_bytes())
        except DocumentError:
            continue
        read += 1
        assert read_invoice(write_ubl(invoice)) == invoice, path
        assert read_invoice(write_cii(invoice)) == invoice, path
    assert read
