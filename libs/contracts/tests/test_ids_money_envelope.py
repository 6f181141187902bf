"""Ids sort by time and repeat when they are derived; decimals never pass through float; envelopes survive Kafka."""

import time
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from contracts.envelope import Envelope, EnvelopeError
from contracts.ids import derived_id, milliseconds, new_id, order_line_id
from contracts.money import Amount, minor_units
from contracts.status import REASONS, STATUSES, Party, label, may_set


class Price(BaseModel):
    amount: Amount


def test_ids_are_version_7_and_carry_the_time() -> None:
    before = time.time_ns() // 1_000_000
    made = new_id()
    assert made.version == 7
    assert before <= milliseconds(made) <= time.time_ns() // 1_000_000


def test_what_is_made_later_sorts_later_also_within_one_millisecond() -> None:
    made = [new_id() for _ in range(20_000)]
    assert made == sorted(set(made))


@given(st.uuids(), st.text(max_size=20), st.integers())
def test_a_derived_id_is_the_same_each_time_and_differs_by_name(parent: UUID, name: str, number: int) -> None:
    assert derived_id(parent, name, number) == derived_id(parent, name, number)
    assert derived_id(parent, name, number) != derived_id(parent, name, number + 1)
    assert derived_id(parent, name).version == 7


def test_a_derived_id_keeps_its_parents_time_so_that_it_falls_into_the_same_inbox_partition() -> None:
    parent = new_id()
    assert milliseconds(derived_id(parent, "signing")) == milliseconds(parent)


def test_an_order_line_has_one_id_wherever_it_is_worked_out() -> None:
    order = new_id()
    assert order_line_id(order, "10") == order_line_id(order, "10") != order_line_id(order, "1")


@given(st.decimals(min_value=-(10**11), max_value=10**11, places=6, allow_nan=False, allow_infinity=False))
def test_amounts_come_back_from_json_as_they_went(amount: Decimal) -> None:
    price = Price(amount=amount)
    again = Price.model_validate_json(price.model_dump_json())
    assert again.amount == amount
    assert "e" not in price.model_dump_json().lower().replace("amount", "")


def test_a_float_is_no_amount() -> None:
    with pytest.raises(ValidationError, match="written as a string"):
        Price.model_validate_json('{"amount": 12.5}')


@pytest.mark.parametrize(("currency", "digits"), [("EUR", 2), ("JPY", 0), ("TND", 3), ("XXZ", 2)])
def test_minor_units_follow_iso_4217(currency: str, digits: int) -> None:
    assert minor_units(currency) == digits


def envelope() -> Envelope:
    return Envelope(
        id=new_id(), type="navette.invoice.sealed.v1", source="/svc/signing", subject="s", time=datetime.now(UTC),
        data_schema="urn:navette:schema:invoice.sealed:1.0", partition_key="s", sequence=3, tenant="t",
        correlation_id=new_id(), causation_id=new_id(),
    )  # fmt: skip


def test_an_envelope_survives_its_headers() -> None:
    sent = envelope()
    assert Envelope.from_headers(sent.headers()) == sent
    assert sent.service == "signing"


@pytest.mark.parametrize(
    "missing",
    [
        name
        for name, _ in envelope().headers()
        if name.startswith("ce_") and name not in ("ce_specversion", "ce_causationid")
    ],
)
def test_a_missing_attribute_is_named(missing: str) -> None:
    with pytest.raises(EnvelopeError, match=missing):
        Envelope.from_headers([(name, value) for name, value in envelope().headers() if name != missing])


def test_each_side_sets_only_its_own_codes_and_unknown_codes_pass() -> None:
    assert may_set(Party.BUYER, "205") and not may_set(Party.SUPPLIER, "205")
    assert may_set(Party.SUPPLIER, "212") and not may_set(Party.BUYER, "212")
    assert may_set(Party.BUYER, "777")
    assert label("210", "fr") == "Refusée" and label("210", "en") == "Refused" and label("777", "fr") == "777"


def test_every_code_that_needs_a_reason_has_a_list_of_reasons() -> None:
    assert {code for code, status in STATUSES.items() if status.needs_reason} == set(REASONS)
