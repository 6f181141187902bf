"""Bank accounts, addresses and contacts are checked when they come in; a logo is told by its own bytes."""

import base64
import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from registration.domain import logo
from registration.domain.profile import Profile

ACCOUNT = {"label": "Courant", "iban": "FR76 3000 6000 0112 3456 7890 189", "bic": "agrifrpp"}
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def _where(content: dict[str, Any]) -> tuple[int | str, ...]:
    with pytest.raises(ValidationError) as refused:
        Profile.model_validate(content)
    return refused.value.errors()[0]["loc"]


def test_an_iban_and_a_bic_are_kept_in_one_form() -> None:
    (account,) = Profile.model_validate({"bank_accounts": [ACCOUNT]}).bank_accounts
    assert (account.iban, account.bic) == ("FR7630006000011234567890189", "AGRIFRPP")


@given(at=st.integers(4, 26), digit=st.sampled_from("0123456789"))
def test_an_iban_with_one_digit_wrong_is_refused_at_its_place(at: int, digit: str) -> None:
    number = "FR7630006000011234567890189"
    mistyped = number[:at] + digit + number[at + 1 :]
    if mistyped != number:
        assert _where({"bank_accounts": [ACCOUNT | {"iban": mistyped}]}) == ("bank_accounts", 0, "iban")


def test_an_account_stands_once() -> None:
    assert _where({"bank_accounts": [ACCOUNT, ACCOUNT | {"label": "Le même"}]}) == ()


def test_a_contact_can_be_reached() -> None:
    contact = {"name": "Inès Rolland", "purpose": "billing"}
    assert _where({"contacts": [contact]}) == ("contacts", 0)
    assert _where({"contacts": [contact | {"email": "nobody"}]}) == ("contacts", 0)
    assert Profile.model_validate({"contacts": [contact | {"phone": "+33 3 88 00 00 00"}]}).contacts


def test_a_logo_is_told_by_its_bytes() -> None:
    assert logo.media_type(PIXEL) == "image/png"
    frame = b"\xff\xc0" + struct.pack(">HBHH", 17, 8, 40, 120)
    assert logo.media_type(b"\xff\xd8\xff\xe0\x00\x04ab" + frame) == "image/jpeg"
    for content in (
        b"<svg/>",
        b"%PDF-1.7",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff\xe0\x00\x04ab",
        PIXEL + bytes(200_000),
    ):
        with pytest.raises(ValueError, match="logo"):
            logo.media_type(content)


def test_a_logo_that_would_unpack_into_much_is_refused() -> None:
    bomb = PIXEL[:16] + struct.pack(">II", 60_000, 60_000) + PIXEL[24:]
    with pytest.raises(ValueError, match="pixels"):
        logo.media_type(bomb)
