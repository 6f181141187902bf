"""A calendar that is slow to read, as on a busy machine, costs a notice time and nothing else."""

import time

import pytest

from registration.domain import working_days
from registration.testing import BUYER, CONNECTION, Running

pytestmark = pytest.mark.connected
LONGER_THAN_A_TRANSACTION_MAY_STAND_IDLE = 6.0


async def test_a_notice_is_given_however_long_the_calendar_takes(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, waits = working_days.is_working, [LONGER_THAN_A_TRANSACTION_MAY_STAND_IDLE]

    def slowly(*day_and_country: object) -> bool:
        while waits:
            time.sleep(waits.pop())
        return read(*day_and_country)  # pyright: ignore[reportArgumentType] - handed on as it came

    monkeypatch.setattr(working_days, "is_working", slowly)
    async with running.acting(BUYER) as buyer:
        noticed = await buyer.post(f"/v1/connections/{CONNECTION}/ready", json={"contact": "achats@example.org"})
    assert (noticed.status_code, waits) == (200, []), noticed.text
