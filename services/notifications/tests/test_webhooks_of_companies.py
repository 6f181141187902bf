"""Webhooks from their making to their end: over HTTP, the real database and a real server on the other side."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
from standardwebhooks import Webhook

from contracts.invoices import Channel
from contracts.registration import Role
from notifications.domain.retries import PATIENCE
from notifications.store import preferences
from notifications.testing.endpoint import Endpoint, endpoint, says
from notifications.testing.running import Running
from notifications.testing.trade import NOW, Trade, company

pytestmark = pytest.mark.connected


async def _add(running: Running, company_id: UUID, url: str, *types: str) -> dict[str, Any]:
    async with running.person(company_id, Role.ADMINISTRATOR) as http:
        answer = await http.post("/v1/webhooks", json={"url": url, "types": list(types)})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def _deliveries(running: Running, company_id: UUID, webhook: dict[str, Any]) -> list[dict[str, Any]]:
    async with running.person(company_id, Role.VIEWER) as http:
        answer = await http.get(f"/v1/webhooks/{webhook['id']}/deliveries")
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def _archived(running: Running, channel: Channel = Channel.WEBHOOK) -> Trade:
    trade = Trade()
    async with running.env.api.transaction([trade.buyer]) as tx:
        await preferences.choose(tx, trade.buyer, channel, NOW)
    return trade


def _now(running: Running) -> None:
    """Let the machine's time be now: signatures are verified against it."""
    running.system.advance(datetime.now(UTC) - running.system.now())


async def test_the_secret_is_shown_once_and_kept_encrypted(running: Running) -> None:
    company_id = uuid4()
    async with running.person(company_id, Role.ADMINISTRATOR) as http:
        key = {"idempotency-key": "one"}
        body = {"url": "https://erp.example.com/in", "types": ["invoice.archived"]}
        made = await http.post("/v1/webhooks", json=body, headers=key)
        assert made.status_code == 201, made.text
        assert made.json()["secret"].startswith("whsec_")
        again = await http.post("/v1/webhooks", json=body, headers=key)
        assert (again.status_code, again.json()["code"]) == (409, "SECRET_NOT_REPLAYED")
        shown = await http.get(f"/v1/webhooks/{made.json()['id']}")
        listed = await http.get("/v1/webhooks")
    assert "secret" not in shown.json()
    assert [webhook["id"] for webhook in listed.json()["items"]] == [made.json()["id"]]
    async with running.env.pipeline.transaction() as tx:
        stored = await tx.value("select secret from webhook")
    assert made.json()["secret"].removeprefix("whsec_") not in stored
    assert stored.startswith("v1.")


@pytest.mark.parametrize(
    "body",
    [
        {"url": "http://erp.example.com/"},
        {"url": "https://10.0.0.1/"},
        {"url": "https://[::ffff:127.0.0.1]/"},
        {"url": "https://user@erp.example.com/"},
        {"url": ""},
        {"url": "https://erp.example.com/", "types": ["invoice.everything"]},
        {"url": "https://erp.example.com/", "secret": "whsec_mine"},
        {"types": []},
    ],
)
async def test_a_bad_webhook_is_refused_with_its_reason(running: Running, body: dict[str, Any]) -> None:
    async with running.person(uuid4(), Role.ADMINISTRATOR) as http:
        answer = await http.post("/v1/webhooks", json=body)
    assert answer.status_code == 422
    assert answer.json()["violations"]


async def test_only_administrators_and_clients_with_the_scope_change_webhooks(running: Running) -> None:
    company_id, body = uuid4(), {"url": "https://erp.example.com/"}
    async with running.person(company_id, Role.ACCOUNTANT) as http:
        assert (await http.post("/v1/webhooks", json=body)).status_code == 403
        assert (await http.get("/v1/webhooks")).status_code == 200
    async with running.machine(company_id, "feed:read") as http:
        assert (await http.post("/v1/webhooks", json=body)).status_code == 403
        assert (await http.get("/v1/webhooks")).status_code == 403
    async with running.machine(company_id, "webhooks:write") as http:
        assert (await http.post("/v1/webhooks", json=body)).status_code == 201


async def test_another_company_finds_nothing_of_a_webhook(running: Running) -> None:
    trade = await _archived(running)
    async with endpoint(says("200 OK")) as erp:
        webhook = await _add(running, trade.buyer, erp.url)
        await running.handle(*trade.up_to_archived())
        await running.number()
        await running.send_webhooks()
    (delivery, *_) = await _deliveries(running, trade.buyer, webhook)
    at = f"/v1/webhooks/{webhook['id']}"
    async with running.person(uuid4(), Role.ADMINISTRATOR) as http:
        for method, path in (
            ("GET", at),
            ("PATCH", at),
            ("DELETE", at),
            ("POST", f"{at}/rotate"),
            ("GET", f"{at}/deliveries"),
            ("GET", f"{at}/deliveries/{delivery['id']}"),
            ("POST", f"{at}/deliveries/{delivery['id']}/resend"),
        ):
            answer = await http.request(method, path, json={} if method == "PATCH" else None)
            assert answer.status_code == 404, (method, path, answer.text)
        assert (await http.get("/v1/webhooks")).json()["items"] == []


async def test_an_item_arrives_signed_and_the_invoice_is_delivered(running: Running) -> None:
    trade = await _archived(running)
    _now(running)
    async with endpoint(says("200 OK")) as erp:
        webhook = await _add(running, trade.buyer, erp.url, "invoice.archived")
        await running.handle(*trade.up_to_archived())
        await running.number()
        assert await running.emitted("invoice.delivered") == []
        assert await running.send_webhooks() == 1
        assert await running.send_webhooks() == 0
    got = Webhook(webhook["secret"]).verify(erp.bodies[0], erp.signed())
    async with running.machine(trade.buyer, "feed:read") as http:
        (item,) = (await http.get("/v1/feed")).json()["items"]
        tracked = (await http.get(f"/v1/tracking?invoice_id={trade.invoice}")).json()
    assert got["id"] == erp.header("webhook-id") == item["id"]
    assert {name: got[name] for name in ("position", "type", "subject", "data")} == {
        name: item[name] for name in ("position", "type", "subject", "data")
    }
    assert got["data"]["number"] == trade.number
    (fact,) = await running.emitted("invoice.delivered")
    assert fact["channel"] == "webhook"
    assert tracked["deliveries"][0]["state"] == "delivered"
    assert [attempt["status"] for attempt in tracked["webhooks"][0]["log"]] == [200]


async def test_a_failing_webhook_is_tried_again_after_the_promised_waits_under_one_id(running: Running) -> None:
    trade = await _archived(running)
    async with endpoint(says("503 Busy", b"later")) as erp:
        webhook = await _add(running, trade.buyer, erp.url)
        await running.handle(*trade.up_to_archived())
        await running.number()
        for wait in (0, 5, 30, 120):
            running.system.advance(timedelta(seconds=wait) - timedelta(milliseconds=1))
            assert await running.send_webhooks() == 0 or wait == 0
            running.system.advance(timedelta(milliseconds=1))
            await running.send_webhooks()
        assert len(erp.heads) == 4
        assert len({erp.header("webhook-id", n) for n in range(4)}) == 1
        erp.answer = says("204 No Content")
        running.system.advance(timedelta(minutes=10))
        await running.send_webhooks()
    (delivery,) = await _deliveries(running, trade.buyer, webhook)
    assert (delivery["state"], delivery["attempts"], delivery["last_error"]) == ("delivered", 5, None)
    async with running.person(trade.buyer, Role.VIEWER) as http:
        detail = (await http.get(f"/v1/webhooks/{webhook['id']}/deliveries/{delivery['id']}")).json()
        state = (await http.get(f"/v1/webhooks/{webhook['id']}")).json()
    assert [attempt["status"] for attempt in detail["log"]] == [503, 503, 503, 503, 204]
    assert detail["log"][0]["response"] == "later"
    assert state["failing_since"] is None
    assert len(await running.emitted("invoice.delivered")) == 1


async def _exhaust(running: Running) -> None:
    """Let attempts be made until none is left."""
    end = running.system.now() + 2 * PATIENCE
    while running.system.now() < end:
        await running.send_webhooks()
        running.system.advance(timedelta(hours=6))


async def test_after_three_days_of_failing_a_webhook_is_disabled_and_everybody_is_told(running: Running) -> None:
    trade = await _archived(running)
    async with endpoint(says("500 Oops")) as erp:
        webhook = await _add(running, trade.buyer, erp.url)
        await running.handle(*trade.up_to_archived())
        await running.number()
        await _exhaust(running)
        tried = len(erp.heads)
        await running.number()
        await _exhaust(running)
        assert len(erp.heads) == tried
    async with running.person(trade.buyer, Role.VIEWER) as http:
        state = (await http.get(f"/v1/webhooks/{webhook['id']}")).json()
        types = [item["type"] for item in (await http.get("/v1/feed")).json()["items"]]
    assert (state["state"], state["disabled_reason"]) == ("disabled", "FAILING")
    assert types == ["invoice.archived", "webhook.disabled"]
    (fact,) = await running.emitted("invoice.delivery_failed")
    assert (fact["channel"], fact["reason"]) == ("webhook", "WEBHOOK_DISABLED")
    assert await running.emitted("invoice.delivered") == []


async def test_410_disables_at_once_and_later_invoices_fall_back_to_the_portal(running: Running) -> None:
    trade = await _archived(running)
    async with endpoint(says("410 Gone")) as erp:
        webhook = await _add(running, trade.buyer, erp.url)
        await running.handle(*trade.up_to_archived())
        await running.number()
        await running.send_webhooks()
    async with running.person(trade.buyer, Role.VIEWER) as http:
        assert (await http.get(f"/v1/webhooks/{webhook['id']}")).json()["disabled_reason"] == "GONE"
    later = Trade(supplier=trade.supplier, buyer=trade.buyer)
    await running.handle(*later.up_to_archived())
    await running.number()
    assert len(await running.emitted("invoice.delivery_failed")) == 1
    (fact,) = await running.emitted("invoice.delivered")
    assert (fact["invoice_id"], fact["channel"]) == (str(later.invoice), "portal")


async def test_of_two_webhooks_one_that_answers_is_enough(running: Running) -> None:
    trade = await _archived(running)
    async with endpoint(says("500 Oops")) as broken, endpoint(says("200 OK")) as working:
        await _add(running, trade.buyer, broken.url)
        await _add(running, trade.buyer, working.url)
        await running.handle(*trade.up_to_archived())
        await running.number()
        await _exhaust(running)
    assert len(await running.emitted("invoice.delivered")) == 1
    assert await running.emitted("invoice.delivery_failed") == []
    assert len(working.heads) == 1


@pytest.mark.parametrize("end", ["disable", "delete"])
async def test_a_webhook_that_goes_away_gives_up_what_waits_for_it(running: Running, end: str) -> None:
    trade = await _archived(running)
    async with endpoint(says("500 Oops")) as erp:
        webhook = await _add(running, trade.buyer, erp.url)
        await running.handle(*trade.up_to_archived())
        await running.number()
        await running.send_webhooks()
        async with running.person(trade.buyer, Role.ADMINISTRATOR) as http:
            if end == "disable":
                answer = await http.patch(f"/v1/webhooks/{webhook['id']}", json={"enabled": False})
                assert answer.json()["state"] == "disabled"
            else:
                assert (await http.delete(f"/v1/webhooks/{webhook['id']}")).status_code == 204
                assert (await http.get(f"/v1/webhooks/{webhook['id']}")).status_code == 404
        running.system.advance(timedelta(hours=1))
        assert await running.send_webhooks() == 0
    (fact,) = await running.emitted("invoice.delivery_failed")
    assert fact["reason"] == ("WEBHOOK_DISABLED" if end == "disable" else "WEBHOOK_DELETED")


async def _verify(erp: Endpoint, secret: str) -> None:
    assert Webhook(secret).verify(erp.bodies[-1], erp.signed()) == orjson.loads(erp.bodies[-1])


async def test_resending_repeats_the_same_id_and_for_a_day_after_a_rotation_both_secrets_sign(running: Running) -> None:
    trade = await _archived(running)
    _now(running)
    async with endpoint(says("200 OK")) as erp, running.person(trade.buyer, Role.ADMINISTRATOR) as http:
        webhook = await _add(running, trade.buyer, erp.url)
        await running.handle(*trade.up_to_archived())
        await running.number()
        await running.send_webhooks()
        (delivery,) = await _deliveries(running, trade.buyer, webhook)
        rotated = (await http.post(f"/v1/webhooks/{webhook['id']}/rotate")).json()
        assert rotated["secret"] != webhook["secret"]
        at = f"/v1/webhooks/{webhook['id']}/deliveries/{delivery['id']}/resend"
        assert (await http.post(at)).status_code == 202
        again = await http.post(at)
        assert (again.status_code, again.json()["code"]) == (409, "STILL_PENDING")
        await running.send_webhooks()
        assert erp.header("webhook-id", 0) == erp.header("webhook-id", 1)
        for secret in (webhook["secret"], rotated["secret"]):
            await _verify(erp, secret)
        running.system.advance(timedelta(hours=25))
        assert (await http.post(at)).status_code == 202
        await running.send_webhooks()
        assert " " not in erp.header("webhook-signature")
        await http.patch(f"/v1/webhooks/{webhook['id']}", json={"enabled": False})
        refused = await http.post(at)
        assert (refused.status_code, refused.json()["code"]) == (409, "WEBHOOK_DISABLED")
    assert len(await running.emitted("invoice.delivered")) == 1


async def test_a_company_has_a_bounded_number_of_webhooks(running: Running) -> None:
    company_id = uuid4()
    async with running.person(company_id, Role.ADMINISTRATOR) as http:
        for _ in range(20):
            assert (await http.post("/v1/webhooks", json={"url": "https://erp.example.com/"})).status_code == 201
        answer = await http.post("/v1/webhooks", json={"url": "https://erp.example.com/"})
    assert (answer.status_code, answer.json()["code"]) == (409, "TOO_MANY_WEBHOOKS")


async def test_what_was_set_up_before_a_company_went_back_to_its_people_ends(running: Running) -> None:
    trade = await _archived(running)
    async with endpoint(says("200 OK")) as erp:
        webhook = await _add(running, trade.buyer, erp.url)
        path = f"/v1/webhooks/{webhook['id']}"
        moment = running.system.now() + timedelta(seconds=1)
        reclaimed = company(trade.buyer, "Acme", reclaimed_at=moment)
        await running.handle(reclaimed)
        async with running.person(trade.buyer, Role.ADMINISTRATOR) as http:
            assert (await http.get(path)).json()["disabled_reason"] == "RECLAIMED"
            running.system.advance(timedelta(seconds=2))
            (await http.patch(path, json={"enabled": True})).raise_for_status()
            await running.handle(company(trade.buyer, "Acme", reclaimed_at=moment, revision=2))
            assert (await http.get(path)).json()["state"] == "active", "its own people have switched it on"
    async with running.env.pipeline.transaction() as tx:
        assert await preferences.channel(tx, trade.buyer) is preferences.DEFAULT_CHANNEL
