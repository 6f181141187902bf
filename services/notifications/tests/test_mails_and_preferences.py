"""People are written to in their language when they want it, through a real mail server; preferences decide."""

from collections.abc import AsyncGenerator
from datetime import timedelta
from uuid import UUID, uuid4

import httpx
import pytest

from contracts.faults import Finding, Severity
from contracts.ids import new_id
from contracts.invoices import Channel
from contracts.registration import Role
from local_stack.fixtures import Infra
from notifications.domain.mails import MailKind
from notifications.store import preferences
from notifications.testing.running import Running
from notifications.testing.trade import NOW, Trade, company, person

pytestmark = pytest.mark.connected


@pytest.fixture
async def mailbox(infra: Infra) -> AsyncGenerator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=infra.mail_url) as client:
        yield client


async def _mails(mailbox: httpx.AsyncClient, address: str) -> list[dict[str, str]]:
    answer = await mailbox.get("/api/messages", params={"to": address})
    assert answer.status_code == 200
    return answer.json()


def _address() -> str:
    return f"p{uuid4().hex[:10]}@example.com"


async def _choose(running: Running, company_id: UUID, channel: Channel) -> None:
    async with running.env.api.transaction([company_id]) as tx:
        await preferences.choose(tx, company_id, channel, NOW)


async def test_people_of_the_supplier_learn_of_a_refusal_each_in_their_language(
    running: Running, mailbox: httpx.AsyncClient
) -> None:
    trade, french, english, viewer = Trade(), _address(), _address(), _address()
    await running.handle(
        company(trade.supplier, "Menuiserie Durand"),
        company(trade.buyer, "Acme"),
        person(trade.supplier, french, "fr", Role.ADMINISTRATOR),
        person(trade.supplier, english, "en", Role.ACCOUNTANT),
        person(trade.supplier, viewer, "fr", Role.VIEWER),
        *trade.up_to_archived(),
        trade.reported("210", "QTE_ERR"),
    )
    await running.number()
    assert await running.send_mails() == 2
    assert await running.send_mails() == 0
    (in_french,) = await _mails(mailbox, french)
    (in_english,) = await _mails(mailbox, english)
    assert in_french["subject"] == f"Facture {trade.number} : Refusée"
    assert in_english["subject"] == f"Invoice {trade.number}: Refused"
    assert await _mails(mailbox, viewer) == []
    async with running.person(trade.supplier, Role.VIEWER) as http:
        tracked = (await http.get(f"/v1/tracking?invoice_id={trade.invoice}")).json()
    assert [(mail["kind"], mail["state"]) for mail in tracked["mails"]] == [("refused", "sent")] * 2
    assert french not in str(tracked)
    async with running.person(trade.buyer, Role.VIEWER) as http:
        assert (await http.get(f"/v1/tracking?invoice_id={trade.invoice}")).json()["mails"] == []


async def test_on_the_channel_mail_the_invoice_is_delivered_when_the_server_takes_the_first(
    running: Running, mailbox: httpx.AsyncClient
) -> None:
    trade, address = Trade(), _address()
    await _choose(running, trade.buyer, Channel.MAIL)
    await running.handle(
        company(trade.supplier, "Menuiserie Durand"),
        person(trade.buyer, address, "fr", Role.APPROVER),
        person(trade.buyer, _address(), "fr", Role.ACCOUNTANT),
        *trade.up_to_archived(),
    )
    await running.number()
    assert await running.emitted("invoice.delivered") == []
    assert await running.send_mails() == 2
    (mail,) = await _mails(mailbox, address)
    assert mail["subject"] == f"Nouvelle facture {trade.number} de Menuiserie Durand"
    (fact,) = await running.emitted("invoice.delivered")
    assert fact["channel"] == "mail"


async def test_a_rule_that_cannot_run_is_told_to_the_buyers_administrators_once_a_version(
    running: Running, mailbox: httpx.AsyncClient
) -> None:
    trade, french, english, accountant = Trade(), _address(), _address(), _address()
    again = Trade(supplier=trade.supplier, buyer=trade.buyer, unit=trade.unit, number="F-2026-2")
    third = Trade(supplier=trade.supplier, buyer=trade.buyer, unit=trade.unit, number="F-2026-3")
    fault = Finding(
        rule="NAV-RULEBOOK-ERROR", severity=Severity.WARNING, parameters={"id": "small-only", "cause": "VALUE"}
    )
    await running.handle(
        company(trade.buyer, "Acme"),
        person(trade.buyer, french, "fr", Role.ADMINISTRATOR),
        person(trade.buyer, english, "en", Role.ADMINISTRATOR),
        person(trade.buyer, accountant, "en", Role.ACCOUNTANT),
        *(each.submitted() for each in (trade, again, third)),
        trade.validated(fault, rulebook_version=3),
        again.validated(fault, rulebook_version=3),
    )
    await running.number()
    assert await running.send_mails() == 2
    (in_french,), (in_english,) = await _mails(mailbox, french), await _mails(mailbox, english)
    assert in_french["subject"] == "Une règle de Acme ne peut pas être appliquée"
    assert in_english["subject"] == "A rule of Acme cannot be run"
    assert await _mails(mailbox, accountant) == []

    await running.handle(third.validated(fault, rulebook_version=4))
    await running.number()
    assert await running.send_mails() == 2
    async with running.person(trade.buyer, Role.ADMINISTRATOR) as http:
        items = (await http.get("/v1/feed?after=0")).json()["items"]
    assert [(item["type"], item["data"]["rule"], item["data"]["rulebook_version"]) for item in items] == [
        ("rulebook.rule_failed", "small-only", 3),
        ("rulebook.rule_failed", "small-only", 4),
    ]
    assert trade.number not in str(items), "a buyer sees nothing of an invoice before it is archived"


async def test_a_supplier_whose_paper_was_refused_is_told_once_in_its_feed_and_by_mail(
    running: Running, mailbox: httpx.AsyncClient
) -> None:
    trade, french, english = Trade(), _address(), _address()
    await running.handle(
        company(trade.supplier, "Menuiserie Durand"),
        company(trade.buyer, "Acme"),
        person(trade.supplier, french, "fr", Role.ADMINISTRATOR),
        person(trade.supplier, english, "en", Role.ACCOUNTANT),
        person(trade.buyer, _address(), "fr", Role.ADMINISTRATOR),
        trade.paper_refused(),
        trade.paper_refused(),
    )
    await running.number()
    assert await running.send_mails() == 2
    (in_french,), (in_english,) = await _mails(mailbox, french), await _mails(mailbox, english)
    assert in_french["subject"] == f"Facture {trade.number} sur papier : refusée par Acme"
    assert in_english["subject"] == f"Invoice {trade.number} on paper: refused by Acme"
    assert "2026-03-02" in in_french["text"] and "2026-03-01" in in_french["text"]
    async with running.person(trade.supplier, Role.VIEWER) as http:
        (item,) = (await http.get("/v1/feed?after=0")).json()["items"]
    assert (item["type"], item["data"]["number"], item["data"]["ready_on"]) == (
        "paper.refused",
        trade.number,
        "2026-03-01",
    )
    async with running.person(trade.buyer, Role.VIEWER) as http:
        assert (await http.get("/v1/feed?after=0")).json()["items"] == []


async def test_the_channel_mail_with_nobody_to_write_to_falls_back_to_the_portal(running: Running) -> None:
    trade = Trade()
    await _choose(running, trade.buyer, Channel.MAIL)
    await running.handle(*trade.up_to_archived())
    await running.number()
    (fact,) = await running.emitted("invoice.delivered")
    assert fact["channel"] == "portal"


async def test_a_person_erased_before_the_mail_leaves_gets_none(running: Running, mailbox: httpx.AsyncClient) -> None:
    trade, address, user_id = Trade(), _address(), new_id()
    await _choose(running, trade.buyer, Channel.MAIL)
    await running.handle(person(trade.buyer, address, "fr", Role.ACCOUNTANT, user_id=user_id), *trade.up_to_archived())
    await running.number()
    await running.handle(person(trade.buyer, None, "fr", Role.ACCOUNTANT, user_id=user_id, revision=2))
    await running.send_mails()
    assert await _mails(mailbox, address) == []
    (fact,) = await running.emitted("invoice.delivery_failed")
    assert (fact["channel"], fact["reason"]) == ("mail", "NO_RECIPIENT")


async def test_an_address_the_server_refuses_for_good_fails_and_keeps_no_address(running: Running) -> None:
    trade = Trade()
    await _choose(running, trade.buyer, Channel.MAIL)
    await running.handle(
        person(trade.buyer, "two@example.com, three@example.com", "fr", Role.ACCOUNTANT), *trade.up_to_archived()
    )
    await running.number()
    await running.send_mails()
    (fact,) = await running.emitted("invoice.delivery_failed")
    assert fact["reason"] == "MAIL_REFUSED"
    async with running.env.pipeline.transaction() as tx:
        row = await tx.row("select state, last_error from mail")
    assert row is not None
    assert (row["state"], row["last_error"]) == ("failed", "MAIL_REFUSED")


async def test_a_mail_goes_again_under_the_same_id_when_a_crash_came_before_its_record(
    running: Running, mailbox: httpx.AsyncClient
) -> None:
    trade, address = Trade(), _address()
    await running.handle(person(trade.supplier, address, "fr", Role.ACCOUNTANT), trade.submitted(), trade.failed())
    await running.number()
    await running.send_mails()
    async with running.env.pipeline.transaction() as tx:  # what a crash after the send leaves behind
        await tx.execute("update mail set state = 'pending', next_at = :now", now=running.system.now())
    await running.send_mails()
    first, second = await _mails(mailbox, address)
    sources = [(await mailbox.get(f"/messages/{mail['id']}/source")).text for mail in (first, second)]
    ids = [next(line for line in source.splitlines() if line.startswith("Message-ID")) for source in sources]
    assert ids[0] == ids[1]


async def test_a_kind_of_mail_that_is_switched_off_is_not_sent(running: Running, mailbox: httpx.AsyncClient) -> None:
    trade, address, user_id = Trade(), _address(), new_id()
    await running.handle(person(trade.supplier, address, "en", Role.ACCOUNTANT, user_id=user_id))
    async with running.person(trade.supplier, Role.ACCOUNTANT, user_id=user_id) as http:
        before = (await http.get("/v1/preferences")).json()
        assert before == {"channel": "portal", "mails": {kind.value: True for kind in MailKind}}
        after = await http.put("/v1/preferences", json={"channel": "portal", "mails": {"failed": False}})
        assert after.status_code == 200, after.text
        assert after.json()["mails"]["failed"] is False
    await running.handle(trade.submitted(), trade.failed())
    await running.number()
    assert await running.send_mails() == 0
    assert await _mails(mailbox, address) == []


async def test_a_mail_queued_before_it_was_switched_off_is_skipped(running: Running) -> None:
    trade, user_id = Trade(), new_id()
    await running.handle(
        person(trade.supplier, _address(), "en", Role.ACCOUNTANT, user_id=user_id), trade.submitted(), trade.failed()
    )
    await running.number()
    async with running.person(trade.supplier, Role.ACCOUNTANT, user_id=user_id) as http:
        await http.put("/v1/preferences", json={"channel": "portal", "mails": {"failed": False}})
        await running.send_mails()
        tracked = (await http.get(f"/v1/tracking?invoice_id={trade.invoice}")).json()
    assert [mail["state"] for mail in tracked["mails"]] == ["skipped"]


async def test_a_mail_server_that_is_down_spends_no_attempt(running: Running) -> None:
    trade = Trade()
    await running.handle(person(trade.supplier, _address(), "en", Role.ACCOUNTANT), trade.submitted(), trade.failed())
    await running.number()
    working = running.env.mailer
    down = type(working)("127.0.0.1", 1, sender="Navette <no-reply@navette.test>", public_url=running.env.public_url)
    object.__setattr__(running.env, "mailer", down)
    await running.send_mails()
    object.__setattr__(running.env, "mailer", working)
    async with running.env.pipeline.transaction() as tx:
        row = await tx.row("select state, attempts, last_error from mail")
    assert row is not None
    assert (row["state"], row["attempts"], row["last_error"]) == ("pending", 0, "SERVER_DOWN")
    running.system.advance(timedelta(seconds=15))
    assert await running.send_mails() == 1


async def test_the_channel_is_the_administrators_and_must_lead_somewhere(running: Running) -> None:
    company_id = uuid4()
    async with running.person(company_id, Role.ACCOUNTANT) as http:
        assert (await http.put("/v1/preferences", json={"channel": "feed"})).status_code == 403
    async with running.machine(company_id, "feed:read") as http:
        assert (await http.put("/v1/preferences", json={"channel": "feed"})).status_code == 403
    async with running.person(company_id, Role.ADMINISTRATOR) as http:
        refused = await http.put("/v1/preferences", json={"channel": "webhook"})
        assert (refused.status_code, refused.json()["code"]) == (409, "NO_ACTIVE_WEBHOOK")
        await http.post("/v1/webhooks", json={"url": "https://erp.example.com/", "types": ["invoice.archived"]})
        assert (await http.put("/v1/preferences", json={"channel": "webhook"})).status_code == 200
        for body in ({"channel": "pigeon"}, {"channel": "feed", "mails": {"love": True}}, {"chanel": "feed"}):
            assert (await http.put("/v1/preferences", json=body)).status_code == 422
    async with running.machine(company_id, "feed:read", "webhooks:write") as http:
        answer = await http.put("/v1/preferences", json={"channel": "feed"})
        assert answer.json() == {"channel": "feed", "mails": {}}
