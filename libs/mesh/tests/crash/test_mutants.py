"""The crash tests can fail: with a guard taken out of the mesh, exactly the promise that it keeps is broken."""

import signal
from typing import Any

import pytest

pytestmark = [pytest.mark.connected, pytest.mark.timeout(120)]


async def test_without_an_inbox_a_repeated_fact_has_its_effect_again(bench: Any) -> None:
    await bench.feed(1)
    bench.live(mutant="no_inbox")
    await bench.feed(1, again=True)
    bench.live(mutant="no_inbox")
    assert await bench.broken() == {"each fact has its effect once"}


async def test_without_an_outbox_a_kill_after_the_commit_loses_what_it_emitted(bench: Any) -> None:
    await bench.feed(1)
    bench.live(mutant="published_after_commit", crash_at="mutant.before_send:1")
    bench.live(mutant="published_after_commit")
    assert await bench.broken() == {"each effect is told"}


async def test_publishing_before_the_commit_tells_what_never_happened(bench: Any) -> None:
    await bench.feed(1, refused=1)
    bench.live(mutant="published_before_commit")
    assert await bench.broken() == {"nothing is told that did not happen"}


async def test_a_position_that_commits_before_its_effects_loses_facts(bench: Any) -> None:
    await bench.feed(1)
    bench.live(mutant="position_before_effect", crash_at="hop.before_commit:1")
    bench.live(mutant="position_before_effect")
    assert await bench.broken() == {"no fact is lost"}


async def test_without_a_fence_a_paused_reader_moves_the_position_back(bench: Any) -> None:
    await bench.feed()
    slept = bench.start(mutant="no_fence", pause_at="hop.prepared", crash_at="hop.committed:1")
    bench.paused(slept)
    await bench.feed(2)
    bench.live(mutant="no_fence")
    slept.send_signal(signal.SIGCONT)
    bench.end(slept, killed=True)
    assert await bench.broken() == {"the position is where reading ended"}


async def test_without_queues_a_fact_overtakes_the_parked_one_of_its_key(bench: Any) -> None:
    await bench.feed(1)
    bench.live(mutant="no_queue", down=True, until="read")
    await bench.feed(1, flaky=False)
    bench.live(mutant="no_queue", down=True, until="read")
    bench.live(mutant="no_queue")
    assert await bench.broken() == {"a key's facts arrive in their order"}


async def test_without_a_claim_a_kill_makes_the_outside_be_called_again(bench: Any) -> None:
    await bench.feed(1)
    bench.live(mutant="no_claim_of_calls", crash_at="effect.answered:1")
    bench.live(mutant="no_claim_of_calls")
    assert await bench.broken() == {"the outside is called once"}


async def test_numbers_given_when_a_row_is_written_have_gaps(bench: Any) -> None:
    await bench.feed(1, refused=1)
    bench.live(mutant="numbered_when_written")
    assert await bench.broken() == {"numbers have no gap"}
