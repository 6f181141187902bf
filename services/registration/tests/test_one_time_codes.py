"""Codes that are typed once (ASVS 5.0, 6.5)."""

import math
import secrets
from datetime import timedelta

import pytest

from registration.domain import one_time_codes
from registration.second_factor import STEP_SECONDS
from registration.store import challenges


def test_codes_hold_what_they_should() -> None:
    code, recovery = one_time_codes.new_code(), one_time_codes.new_recovery_code()
    assert (len(code), code.isdecimal()) == (6, True)
    letters = one_time_codes.plain(recovery)
    assert len(letters) * math.log2(32) >= 112, "a plain hash of it is enough"
    assert max(one_time_codes.LASTS, challenges.LASTS) <= timedelta(minutes=10)
    assert STEP_SECONDS == 30


def test_codes_are_drawn_by_the_systems_own_randomness(monkeypatch: pytest.MonkeyPatch) -> None:
    def drawn(_below: int) -> int:
        return 42

    monkeypatch.setattr(secrets, "randbelow", drawn)
    assert one_time_codes.new_code() == "000042"
    monkeypatch.undo()
    assert len({one_time_codes.new_recovery_code() for _ in range(100)}) == 100
