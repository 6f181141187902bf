"""Every change of a company's data and of a unit's settings is a version: who, when, what."""

import pytest

from registration import states
from registration.testing import BUYER, BUYER_COMPANY, BUYER_USER, SUPPLIER, UNIT, Running

pytestmark = pytest.mark.connected
COMPANY = f"/v1/companies/{BUYER_COMPANY}"


async def test_a_change_of_the_legal_data_is_a_version_with_its_author(running: Running) -> None:
    async with running.acting(BUYER) as program:
        before = (await program.get(f"{COMPANY}/versions")).json()
        assert before[-1]["version"] == 1, "what was registered is the first one"
        assert before[-1]["changed"] == []
        company = await program.get(COMPANY)
        stood = company.json()["address"]
        address = stood | {"line_two": "Bâtiment B"}
        at = {"if-match": company.headers["etag"]}
        assert (await program.patch(COMPANY, json={"address": address}, headers=at)).status_code == 200
        latest, older, *_ = (await program.get(f"{COMPANY}/versions")).json()
    assert (latest["changed"], latest["person_id"]) == (["address"], str(BUYER_USER))
    assert latest["person_name"]
    assert latest["content"]["address"]["line_two"] == "Bâtiment B"
    assert older["content"]["address"] == stood


async def test_a_change_of_a_unit_is_a_version_and_what_changes_nothing_is_none(running: Running) -> None:
    path = f"/v1/units/{UNIT}"
    async with running.acting(BUYER) as program:
        count = len((await program.get(f"{path}/versions")).json())
        unit = next(each for each in (await program.get("/v1/units")).json() if each["id"] == str(UNIT))
        at = {"if-match": f'"v{unit["version"]}"'}
        change = {"settings": {"order_window_years": 1, "pays_channels": ["upload"], "support_price": "2 €"}}
        assert (await program.patch(path, json=change, headers=at)).status_code == 200
        async with running.env.pipeline.transaction() as tx:
            await states.unit(tx, UNIT)
        latest, *older = (await program.get(f"{path}/versions")).json()
    assert len(older) == count
    assert latest["changed"] == ["order_window_years", "pays_channels", "support_price"]
    assert (latest["content"]["support_price"], latest["person_id"]) == ("2 €", str(BUYER_USER))


async def test_nobody_reads_the_versions_of_another_company(running: Running) -> None:
    async with running.acting(SUPPLIER) as stranger:
        assert (await stranger.get(f"{COMPANY}/versions")).status_code == 404
        assert (await stranger.get(f"/v1/units/{UNIT}/versions")).json()["code"] == "UNIT_UNKNOWN"
