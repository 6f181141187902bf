"""A company sees what it is connected with; the operator alone sets it up, and every version stays."""

import pytest

from registration.testing import BUYER, BUYER_COMPANY, OPERATOR, SUPPLIER, Running

pytestmark = pytest.mark.connected
ERP = {"name": "ERP du siège", "product": "S/4", "channel": "api", "formats": ["ubl"], "client_id": "erp-1"}


async def test_the_operator_sets_up_what_the_company_reads(running: Running) -> None:
    path = f"/v1/companies/{BUYER_COMPANY}/back-end"
    ops = f"/v1/ops/registration/companies/{BUYER_COMPANY}/back-end"
    async with running.acting(OPERATOR) as operator, running.acting(BUYER) as buyer:
        assert (await buyer.get(path)).json() == []
        first = await operator.put(ops, json={"systems": [ERP]}, headers={"if-match": '"v0"'})
        assert (first.status_code, first.headers["etag"]) == (200, '"v1"'), first.text
        stale = await operator.put(ops, json={"systems": []}, headers={"if-match": '"v0"'})
        assert stale.status_code == 412
        wrong = await operator.put(
            ops, json={"systems": [{"name": " ", "channel": "fax"}]}, headers={"if-match": '"v1"'}
        )
        assert {each["pointer"] for each in wrong.json()["violations"]} == {
            "/systems/0/name",
            "/systems/0/channel",
        }
        await operator.put(ops, json={"systems": [ERP, ERP | {"name": "Entrepôt"}]}, headers={"if-match": '"v1"'})
        seen = (await buyer.get(path)).json()
        assert [each["version"] for each in seen] == [2, 1]
        assert [each["name"] for each in seen[0]["systems"]] == ["ERP du siège", "Entrepôt"]
        assert seen[0]["actor"].startswith("user:")
        assert (await operator.get(ops)).json() == seen
        assert (await buyer.put(ops, json={"systems": []}, headers={"if-match": '"v2"'})).status_code == 403
        assert (await buyer.put(path, json={"systems": []})).status_code == 405
    async with running.acting(SUPPLIER) as stranger:
        assert (await stranger.get(path)).status_code == 404
