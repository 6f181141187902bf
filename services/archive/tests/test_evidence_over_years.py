"""The archive's own evidence over twelve years: batches, renewals by other authorities, one of them revoked."""

import contextlib
import hashlib
from datetime import timedelta
from typing import Any

import pytest
from cryptography import x509

from archive import evidencing
from archive.domain.evidence.record import verify
from archive.domain.evidence.trust import Trust
from archive.store import evidence
from contracts.ids import new_id
from mesh.errors import ResourceDown

pytestmark = pytest.mark.connected
YEAR = timedelta(days=365)
DOCUMENTS = 200


async def record_of(desk: Any, invoice: Any) -> bytes:
    answer = await desk.client.get(f"/v1/archive/{invoice.invoice_id}/evidence.ers", headers=desk.who())
    assert answer.status_code == 200, answer.text
    return answer.content


async def test_every_invoice_of_twelve_years_is_proved_by_its_record(desk: Any, generation: Any) -> None:
    outside, clock = desk.outside, desk.clock
    outside.generations["Second"] = second = generation("Second", clock.now() + 4 * YEAR, 5)
    outside.generations["Third"] = third = generation("Third", clock.now() + 8 * YEAR, 6)
    first = outside.generations["First"]
    trust = Trust(tuple(each.root.certificate for each in (first, second, third)))
    desk.env.stamps.trust = trust
    invoices: list[Any] = []
    for year in range(1, 13):
        outside.down = {name for name, ends in (("First", 4), ("Second", 8)) if year > ends}
        invoices += await desk.archive(f"{year}-1", f"{year}-2", f"{year}-3")
        assert await evidencing.stamp_batch(desk.env) == 3
        if year == 7:
            first.revoke(first.authority, clock.now(), x509.ReasonFlags.ca_compromise)
        if year in (5, 9):
            outside.down.clear()  # the old one stamps no more and still lists
            desk.env.stamps._urls = desk.env.stamps._urls[1:]
            done = await evidencing.renew(desk.env, clock.now() + 2 * YEAR)
            assert (done.refused, done.batches) == ((), 4 if year == 5 else 8)
        clock.advance(YEAR)
    today = third.lists(clock.now())
    generations = [len(verify(await record_of(desk, invoice), _digest(invoice), trust, clock.now(), lists=today))
                   for invoice in invoices]  # fmt: skip
    assert generations == [3] * 12 + [2] * 12 + [1] * 12
    with pytest.raises(ValueError, match="not in the first list"):
        verify(await record_of(desk, invoices[0]), b"\0" * 32, trust, clock.now())


async def test_without_an_authority_originals_wait_and_say_so(desk: Any) -> None:
    (invoice,) = await desk.archive("F-1")
    desk.outside.down = {"First"}
    with pytest.raises(ResourceDown, match="nobody answers"):
        await evidencing.stamp_batch(desk.env)
    answer = await desk.client.get(f"/v1/archive/{invoice.invoice_id}/evidence.ers", headers=desk.who())
    assert (answer.status_code, answer.json()["code"]) == (409, "NO_EVIDENCE_YET")
    standing = await desk.client.get("/v1/ops/archive/evidence", headers=desk.operator())
    assert (standing.json()["waiting"], standing.json()["tokens"]) == (1, [])


async def test_a_time_stamp_that_was_revoked_before_its_renewal_is_named_and_left_as_it_is(
    desk: Any, generation: Any
) -> None:
    await desk.archive("F-1")
    await evidencing.stamp_batch(desk.env)
    first = desk.outside.generations["First"]
    first.revoke(first.unit, desk.clock.now() + timedelta(days=1), x509.ReasonFlags.key_compromise)
    desk.clock.advance(timedelta(days=2))
    answer = await desk.client.post(
        "/v1/ops/archive/evidence/renew", json={"reason": "the unit is compromised"}, headers=desk.operator()
    )
    assert answer.status_code == 200, answer.text
    assert answer.json()["tokens"] == 0
    assert "keyCompromise" in answer.json()["refused"][0]


async def test_an_authority_whose_lists_are_gone_keeps_no_other_from_being_renewed(desk: Any, generation: Any) -> None:
    outside, trust = desk.outside, desk.env.stamps.trust
    outside.generations["Second"] = second = generation("Second", desk.clock.now(), 5)
    desk.env.stamps.trust = Trust((*trust.roots, second.root.certificate))
    await desk.archive("F-1")
    await evidencing.stamp_batch(desk.env)
    outside.down = {"First"}
    await desk.archive("F-2")
    await evidencing.stamp_batch(desk.env)
    done = await evidencing.renew(desk.env, None)
    assert (done.tokens, done.batches, len(done.refused)) == (1, 1, 1)
    assert "nobody answers" in done.refused[0]


async def test_a_renewal_takes_no_list_that_has_expired(desk: Any, generation: Any) -> None:
    outside = desk.outside
    outside.generations["Second"] = second = generation("Second", desk.clock.now(), 5)
    desk.env.stamps.trust = Trust((*desk.env.stamps.trust.roots, second.root.certificate))
    (invoice,) = await desk.archive("F-1")
    await evidencing.stamp_batch(desk.env)
    outside.listed_at = desk.clock.now()
    desk.clock.advance(timedelta(days=7 + 190))
    stamped = outside.stamped
    done = await evidencing.renew(desk.env, None)
    assert (done.tokens, outside.stamped) == (0, stamped)
    assert "no revocation list" in done.refused[0]
    outside.listed_at = None
    assert (await evidencing.renew(desk.env, None)).tokens == 1
    trust, now = desk.env.stamps.trust, desk.clock.now()
    assert len(verify(await record_of(desk, invoice), _digest(invoice), trust, now)) == 2


async def test_while_lists_are_gone_tokens_are_bought_ever_more_rarely_and_renewals_go_on(desk: Any) -> None:
    outside, every, soon = desk.outside, timedelta(0), timedelta(days=1)
    await desk.archive("F-1")
    outside.unlisted = {"First"}
    seconds = [0.0]
    batches, renewals = (evidencing.Pause(lambda: seconds[0]) for _ in range(2))
    bought: list[float] = []
    for moment in range(0, 4 * 3600, 20):
        seconds[0] = moment
        stamped = outside.stamped
        with contextlib.suppress(ResourceDown):
            await evidencing.step(desk.env, every, soon, batches, renewals)
        bought += [moment] * (outside.stamped - stamped)
    assert bought == [0, 20, 60, 140, 300, 620, 1260, 2540, 5100, 8700, 12300]
    outside.unlisted.clear()
    seconds[0] = batches.until
    await evidencing.step(desk.env, every, soon, batches, renewals)
    assert (batches.is_over, batches.seconds) == (True, 0)
    outside.unlisted = {"First"}
    await desk.archive("F-2")
    with pytest.raises(ResourceDown):
        await evidencing.step(desk.env, every, 6 * YEAR, batches, renewals)
    assert renewals.is_over
    await evidencing.step(desk.env, every, 6 * YEAR, batches, renewals)
    assert (batches.seconds, renewals.seconds) == (20, 20)


async def test_the_newest_head_is_time_stamped_with_each_batch(desk: Any) -> None:
    await desk.archive("F-1", "F-2")
    await evidencing.stamp_batch(desk.env)
    (head,) = (await desk.client.get("/v1/archive/heads", headers=desk.who())).json()["heads"]
    async with desk.env.pipeline.transaction() as tx:
        record = await evidencing.record_of(tx, head_size=head["size"])
    assert record is not None
    digest = hashlib.sha256(head["jws"].encode()).digest()
    assert len(verify(record, digest, desk.env.stamps.trust, desk.clock.now() + YEAR)) == 1


async def test_statuses_after_the_last_deposit_are_stamped_without_another_deposit(desk: Any) -> None:
    await desk.archive("F-1")
    await evidencing.stamp_batch(desk.env)
    async with desk.env.pipeline.transaction() as tx:
        await tx.execute(
            """insert into entry (id, kind, invoice_id, supplier_id, buyer_id, digests, content, cause, fact,
                deposited_at)
            values (gen_random_uuid(), 'status', :it, :it, :it, '{}', '{"code": "205"}', '{}', '{}', now())""",
            it=new_id(),
        )
    await desk.number()
    batches, renewals = (evidencing.Pause() for _ in range(2))
    for hours, stamped in ((12, 1), (13, 2), (1, 2)):
        desk.clock.advance(timedelta(hours=hours))
        await evidencing.step(desk.env, timedelta(days=1), timedelta(days=1), batches, renewals)
        assert desk.outside.stamped == stamped
    async with desk.env.pipeline.transaction() as tx:
        assert await evidencing.record_of(tx, head_size=2)


async def test_one_token_stamps_and_one_renews_many_documents(desk: Any) -> None:
    async with desk.env.pipeline.transaction() as tx:
        await tx.execute(
            """insert into entry (id, kind, invoice_id, supplier_id, buyer_id, digests, content, cause, fact, sequence,
                leaf_index, leaf, entered_at, deposited_at)
            select gen_random_uuid(), 'deposit', gen_random_uuid(), :supplier, :supplier,
                jsonb_build_object('original', encode(sha256(n::text::bytea), 'hex')), '{}', '{}', '{}', n, n,
                '', now(), now() from generate_series(1, :documents) n""",
            supplier=new_id(),
            documents=DOCUMENTS,
        )
    assert await evidencing.stamp_batch(desk.env) == DOCUMENTS
    done = await evidencing.renew(desk.env, None)
    assert (done.tokens, done.batches) == (1, 1)
    async with desk.env.pipeline.transaction() as tx:
        assert [row["deposits"] for row in await evidence.standing(tx)] == [DOCUMENTS]


def _digest(invoice: Any) -> bytes:
    return bytes.fromhex(invoice.original.sha256)
