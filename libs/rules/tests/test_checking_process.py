import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from rules.checker import AsyncChecker
from rules.detection import kind_of
from rules.engine import RuleEngine
from rules.errors import EngineUnavailable, PacksMissing, UnknownRuleSet
from rules.parsing import read_xml
from rules.under import Under


@pytest.fixture(scope="module")
async def checker(packs: Path) -> AsyncIterator[AsyncChecker]:
    async with AsyncChecker(packs) as checker:
        yield checker


def faulty(documents: dict[str, str], number: int) -> bytes:
    """An invoice whose finding tells it from the others: its number stands in the line that fails."""
    lines = "\n" * number + "<cbc:UUID/><cbc:DueDate>"
    return documents["ubl_invoice"].replace("<cbc:DueDate>", lines, 1).encode()


def gone(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return True
    return False


async def ended(process_id: int) -> None:
    """Wait for the end of a process (Linux: its descriptor becomes readable)."""
    descriptor, loop, end = os.pidfd_open(process_id), asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(descriptor, end.set)
    try:
        async with asyncio.timeout(20):
            await end.wait()
    finally:
        loop.remove_reader(descriptor)
        os.close(descriptor)


async def test_it_finds_what_the_engine_finds(
    checker: AsyncChecker, engine: RuleEngine, documents: dict[str, str]
) -> None:
    for name, text in documents.items():
        document = text.replace(">FR<", ">XX<").encode()
        assert await checker.check(document) == engine.check(document), name


async def test_it_takes_the_sets_of_its_caller(checker: AsyncChecker, documents: dict[str, str]) -> None:
    document = documents["ubl_invoice"].encode()

    assert await checker.check(document, ["en16931"]) == []
    assert {finding.rule_set for finding in await checker.check(document, ["peppol"])} == {"peppol 2026.5"}


@pytest.mark.parametrize("under", ["", "2026-03-01", "en16931@1.3.15,br-fr"])
async def test_it_says_which_sets_in_which_version_it_held_a_document_against(
    checker: AsyncChecker, documents: dict[str, str], under: str
) -> None:
    for name, text in documents.items():
        if name.startswith("ubl_invoice"):
            packs = (await checker.checked(text.encode(), Under.read(under))).packs
            asked = Under.read(under)
            assert packs == kind_of(read_xml(text.encode())).packs(asked.sets, asked.day), name


async def test_a_document_that_is_refused_was_held_against_nothing(checker: AsyncChecker) -> None:
    checked = await checker.checked(b"<html/>", Under())
    assert [finding.rule for finding in checked.findings] == ["NAV-XML-05"]
    assert checked.packs is None


async def test_many_tasks_each_get_their_own_answer(checker: AsyncChecker, documents: dict[str, str]) -> None:
    answers = await asyncio.gather(*(checker.check(faulty(documents, n)) for n in range(20)))

    assert [int(findings[0].parameters["line"]) for findings in answers] == [6 + n for n in range(20)]


async def test_an_error_of_the_caller_comes_back_typed_and_the_process_goes_on(
    checker: AsyncChecker, documents: dict[str, str]
) -> None:
    await checker.check(documents["ubl_invoice"].encode())
    process = checker.process_id

    with pytest.raises(UnknownRuleSet, match="no rule set cdar for ubl-invoice"):
        await checker.check(documents["ubl_invoice"].encode(), ["cdar"])

    assert checker.process_id == process


async def test_a_process_that_was_killed_is_replaced_unseen(checker: AsyncChecker, documents: dict[str, str]) -> None:
    document = documents["ubl_credit_note"].encode()
    await checker.check(document)
    first = checker.process_id
    assert first is not None
    os.kill(first, signal.SIGKILL)

    assert await checker.check(document) == []
    assert checker.process_id != first


async def test_a_check_that_is_given_up_leaves_no_answer_for_the_next_one(
    checker: AsyncChecker, documents: dict[str, str]
) -> None:
    await checker.check(faulty(documents, 0))
    given_up = asyncio.create_task(checker.check(faulty(documents, 1)))
    await asyncio.sleep(0)
    given_up.cancel()

    [finding] = await checker.check(faulty(documents, 2))

    assert finding.parameters["line"] == "8"
    assert given_up.cancelled()


async def test_a_document_that_takes_too_long_is_neither_valid_nor_invalid(
    packs: Path, documents: dict[str, str]
) -> None:
    async with AsyncChecker(packs, deadline=0.01) as checker:
        with pytest.raises(EngineUnavailable, match=r"longer than 0\.01 s"):
            await checker.check(documents["ubl_invoice"].encode())
        assert checker.process_id is None


async def test_a_process_that_dies_again_is_an_outage_and_no_verdict(
    packs: Path, documents: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONHOME", "/nonexistent")  # the child's interpreter ends at once
    async with AsyncChecker(packs) as checker:
        with pytest.raises(EngineUnavailable, match="died twice"):
            await checker.check(documents["ubl_invoice"].encode())


async def test_an_idle_process_ends_and_the_next_document_starts_another(
    packs: Path, documents: dict[str, str]
) -> None:
    async with AsyncChecker(packs, idle=0) as checker:
        await checker.check(faulty(documents, 0))
        first = checker.process_id
        assert first is not None
        await ended(first)
        assert len(await checker.check(faulty(documents, 0))) == 1
        assert checker.process_id != first


async def test_a_process_that_has_grown_too_big_is_replaced(packs: Path, documents: dict[str, str]) -> None:
    async with AsyncChecker(packs, memory_limit=1) as checker:
        assert len(await checker.check(faulty(documents, 0))) == 1
        assert checker.process_id is None


async def test_closing_ends_the_process(packs: Path, documents: dict[str, str]) -> None:
    checker = AsyncChecker(packs)
    await checker.check(faulty(documents, 0))
    process = checker.process_id
    assert process is not None

    await checker.close()

    assert gone(process)


async def test_missing_packs_are_named_with_the_command_that_brings_them(
    tmp_path: Path, documents: dict[str, str]
) -> None:
    async with AsyncChecker(tmp_path) as checker:
        with pytest.raises(PacksMissing, match=r"missing or altered .*; run: python -m rules\.fetch"):
            await checker.check(documents["ubl_invoice"].encode())


def test_the_service_itself_loads_neither_saxon_nor_lxml() -> None:
    code = "import rules.checker, rules.texts, sys; sys.exit('saxonche' in sys.modules or 'lxml' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
