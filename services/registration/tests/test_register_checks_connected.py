"""Numbers are looked up for forms, and checked after they were registered; partners see what was said."""

import pytest

from registration.domain.identifiers import SIRET, Key
from registration.domain.register import Entry
from registration.register_checks import RegisterChecks
from registration.registers import Registers
from registration.store import companies
from registration.testing import BUYER, SUPPLIER_COMPANY, Running

pytestmark = pytest.mark.connected


class _Scripted:
    """A register that answers as it is told."""

    schemes = frozenset({SIRET})

    def __init__(self) -> None:
        self.state: Entry = Entry("unreachable", "scripted")
        self.asked: list[Key] = []

    async def look(self, key: Key) -> Entry:
        self.asked.append(key)
        return self.state


async def _seen(running: Running) -> dict[str, str]:
    async with running.acting(BUYER) as program:
        found = (await program.get(f"/v1/partners/{SUPPLIER_COMPANY}")).json()["in_register"]
    return {name: found[name] for name in ("state", "legal_name", "source")}


async def test_a_register_that_is_away_is_asked_again_later_and_counts_as_nothing(running: Running) -> None:
    register = _Scripted()
    checks = RegisterChecks(running.env.pipeline, Registers([register]))
    assert (await _seen(running))["state"] == "unchecked"
    while await checks.check_due():
        pass
    assert Key(SIRET, "80234567800014") in register.asked
    assert await _seen(running) == {"state": "unreachable", "legal_name": "", "source": "scripted"}
    register.asked.clear()
    assert await checks.check_due() == 0, "not at once again"
    async with running.env.pipeline.transaction() as tx:
        await tx.execute("update company set register_at = register_at - interval '2 hours'")
    register.state = Entry("found", "scripted", "ATELIERS KOENIG ET FILS")
    assert await checks.check_due() > 0
    assert await _seen(running) == {"state": "found", "legal_name": "ATELIERS KOENIG ET FILS", "source": "scripted"}
    assert await checks.check_due() == 0


async def test_what_was_said_of_another_number_is_not_kept(running: Running) -> None:
    other = (Key(SIRET, "55210055400013"),)

    class Slow(_Scripted):
        """The company changes its number while the register thinks."""

        async def look(self, key: Key) -> Entry:
            if key.value == "80234567800014":
                async with running.env.pipeline.transaction() as tx:
                    assert await companies.claim(tx, SUPPLIER_COMPANY, other)
            return await super().look(key)

    register = Slow()
    register.state = Entry("found", "scripted", "ATELIERS KOENIG ET FILS")
    checks = RegisterChecks(running.env.pipeline, Registers([register]))
    async with running.env.pipeline.transaction() as tx:
        before = (await companies.read(tx, SUPPLIER_COMPANY) or pytest.fail("the demo's supplier"))[0].account_keys()
        assert await companies.claim(tx, SUPPLIER_COMPANY, before)
    assert await checks.check_due() == 1
    assert (await _seen(running))["state"] == "unchecked"
    assert await checks.check_due() == 1
    assert register.asked[-1] == other[0]
    assert (await _seen(running))["state"] == "found"
    async with running.env.pipeline.transaction() as tx:
        assert await companies.claim(tx, SUPPLIER_COMPANY, before)


async def test_a_form_is_filled_from_a_number_and_wrong_ones_are_refused(running: Running) -> None:
    async with running.visitor() as browser:
        path = "/v1/registrations/registers"
        found = await browser.get(f"{path}/siret/802 345 678 00014")
        assert (found.status_code, found.json()["state"]) == (200, "unchecked"), "no register here, and it says so"
        for wrong in ("siret/80234567800015", "vat/FR00802345678", "vat/12"):
            refused = await browser.get(f"{path}/{wrong}")
            assert (refused.status_code, refused.json()["code"]) == (422, "NUMBER_WRONG"), wrong
