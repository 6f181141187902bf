"""The shadow finds a difference that was planted, stays silent without one, and never holds anybody up."""

import asyncio
import contextlib
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from contracts.faults import Finding
from rules.checker import AsyncChecker
from rules.compiled.store import FOLDER, load
from rules.engine import RuleEngine
from rules.packs import packs_of
from rules.shadow import Compared, Shadow


@pytest.fixture(scope="module")
async def official(packs: Path) -> AsyncIterator[AsyncChecker]:
    async with AsyncChecker(packs, official=True) as checker:
        yield checker


async def compared(official: AsyncChecker, *offered: tuple[bytes, list[Finding]], share: float = 1.0) -> list[Compared]:
    told: list[Compared] = []
    shadow = Shadow(official, share, told.append)
    for document, findings in offered:
        shadow.offer(document, findings)
    running = asyncio.create_task(shadow.run())
    await shadow.settled()
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running
    return told


def wrong_total(documents: dict[str, str]) -> bytes:
    return (
        documents["ubl_invoice"].replace('PayableAmount currencyID="EUR">', 'PayableAmount currencyID="EUR">9').encode()
    )


async def test_equal_answers_are_counted_and_nothing_else(
    official: AsyncChecker, engine: RuleEngine, documents: dict[str, str]
) -> None:
    offered = [(text.encode(), engine.check(text.encode())) for text in documents.values()]
    offered.append((wrong_total(documents), engine.check(wrong_total(documents))))
    told = await compared(official, *offered)
    assert [each.outcome for each in told] == ["same"] * len(offered)
    assert offered[-1][1], "one of them broke a rule"


async def test_a_difference_planted_in_our_compiled_rules_is_found(
    official: AsyncChecker, packs: Path, tmp_path: Path, documents: dict[str, str]
) -> None:
    """Our BR-CO-16 never fires in a copy of the rules; the official stylesheet's does."""
    spoilt = tmp_path / "packs"
    shutil.copytree(packs, spoilt, ignore=shutil.ignore_patterns(FOLDER))
    pack = next(pack for pack in packs_of("ubl-invoice") if pack.set == "en16931")
    load(spoilt, pack)
    [module] = (spoilt / FOLDER).glob("en16931_*.py")
    module.write_text(module.read_text().replace("BR-CO-16", "BR-CO-16-SPOILT"))
    document = wrong_total(documents)

    [told] = await compared(official, (document, RuleEngine(spoilt).check(document, ["en16931"])))

    assert told.outcome == "different"
    assert set(told.rules[pack.label]) == {"BR-CO-16", "BR-CO-16-SPOILT"}


async def test_only_the_share_is_looked_at_and_always_the_same_documents(documents: dict[str, str]) -> None:
    told: list[Compared] = []
    shadow = Shadow(AsyncChecker(Path("/nonexistent")), 0.25, told.append)
    taken = []
    for number in range(400):
        before = shadow.waiting, len(told)
        shadow.offer(b"%d" % number, [])
        if (shadow.waiting, len(told)) != before:
            taken.append(number)
    assert 60 < len(taken) < 140
    assert {each.outcome for each in told} == {"skipped"}, "what does not fit is skipped, nobody waits"
    assert shadow.waiting < len(taken)


async def test_an_engine_that_does_not_answer_is_told_and_is_no_difference(tmp_path: Path) -> None:
    async with AsyncChecker(tmp_path, official=True) as absent:
        [told] = await compared(
            absent, (b"<Invoice xmlns='urn:oasis:names:specification:ubl:schema:xsd:Invoice-2'/>", [])
        )
    assert told.outcome == "failed"
