"""The calendar may be slow to read, as on a busy machine: nobody holds the database meanwhile."""

from typing import Any

import pytest

from mesh.session import Session
from registration.domain import working_days
from registration.testing import BUYER, CONNECTION, Running

pytestmark = pytest.mark.connected


async def test_no_transaction_stands_open_while_the_calendar_is_read(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_open: set[Session] = set()
    seen: list[int] = []
    begin, commit, rollback, read = Session.begin, Session.commit, Session.rollback, working_days.is_working

    async def begun(session: Session, *companies: Any, **how: Any) -> None:
        is_open.add(session)
        await begin(session, *companies, **how)

    async def committed(session: Session) -> None:
        await commit(session)
        is_open.discard(session)

    async def undone(session: Session) -> None:
        await rollback(session)
        is_open.discard(session)

    def looked(*day_and_country: Any) -> bool:
        seen.append(len(is_open))
        return read(*day_and_country)

    for name, method in (("begin", begun), ("commit", committed), ("rollback", undone)):
        monkeypatch.setattr(Session, name, method)
    monkeypatch.setattr(working_days, "is_working", looked)
    async with running.acting(BUYER) as buyer:
        noticed = await buyer.post(f"/v1/connections/{CONNECTION}/ready", json={"contact": "achats@example.org"})
    assert noticed.status_code == 200, noticed.text
    assert seen and not any(seen)
