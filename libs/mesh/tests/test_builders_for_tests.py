"""The builders that other tests rely on make what the mesh itself would read."""

from datetime import UTC, datetime, timedelta

import pytest

from contracts.ids import new_id
from contracts.invoices import InvoiceValidated
from contracts.refs import DocumentRef
from mesh.errors import Poison
from mesh.records import decode
from mesh.testing import FrozenClock, received

DOCUMENT = DocumentRef(bucket="documents", key="x", sha256="0" * 64, size=1, media_type="application/xml")


def _validated() -> InvoiceValidated:
    return InvoiceValidated(
        invoice_id=new_id(),
        supplier_id=new_id(),
        buyer_id=new_id(),
        unit_id=new_id(),
        submission_id=new_id(),
        document=DOCUMENT,
        document_sha256="0" * 64,
        rule_sets=(),
        supplier_country="FR",
        buyer_country="FR",
        validated_at=datetime.now(UTC),
    )


def test_a_built_fact_reads_as_what_its_service_wrote() -> None:
    fact = _validated()
    built = received(fact, subject=fact.invoice_id, tenant=fact.supplier_id, offset=7, sequence=3)
    read = decode(built.record)
    assert read == built
    assert (read.envelope.service, read.envelope.sequence, read.record.offset) == ("validation", 3, 7)


def test_a_source_that_may_not_write_it_can_be_built_and_is_poison() -> None:
    fact = _validated()
    built = received(fact, subject=fact.invoice_id, source="/svc/archive")
    with pytest.raises(Poison, match="may not write"):
        decode(built.record)


def test_a_frozen_clock_moves_only_when_told() -> None:
    clock = FrozenClock(datetime(2026, 3, 1, 23, 30, tzinfo=UTC))
    assert clock.now() == clock.now()
    assert (clock.today("UTC").day, clock.today("Europe/Paris").day) == (1, 2)
    clock.advance(timedelta(days=1))
    assert clock.today("UTC").day == 2
