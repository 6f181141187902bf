"""A working seal leaves nothing in the log; a fault leaves one line."""

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
import structlog

from signing.domain.levels import SealLevel
from signing.domain.rendering import Printed
from signing.domain.report import Indication
from signing.sealer.direct import DirectSealer
from signing.sealer.inspection import inspect
from signing.sealer.quiet import quieten


@pytest.fixture
def quiet() -> Iterator[None]:
    loggers = [logging.getLogger(name) for name in ("pyhanko", "pyhanko_certvalidator")]
    before = [(logger.handlers, logger.level, logger.propagate) for logger in loggers]
    quieten()
    yield
    for logger, (handlers, level, propagate) in zip(loggers, before, strict=True):
        logger.handlers, logger.propagate = handlers, propagate
        logger.setLevel(level)


@pytest.mark.usefixtures("quiet")
async def test_a_seal_and_a_failed_inspection_say_nothing_by_themselves(
    make_sealer: Callable[..., Awaitable[DirectSealer]], pki: Any, rendered: tuple[Printed, bytes], capfd: Any
) -> None:
    printed, xml = rendered
    sealer = await make_sealer(pki)
    with structlog.testing.capture_logs() as said:
        sealed = await sealer.seal(printed, xml_sha256=hashlib.sha256(xml).hexdigest(), level=SealLevel.B_LTA)
        report = await asyncio.to_thread(inspect, sealed.content, [])
    assert report.indication is not Indication.TOTAL_PASSED
    assert said == []
    assert "Traceback" not in "".join(capfd.readouterr())


@pytest.mark.usefixtures("quiet")
def test_an_error_is_one_line() -> None:
    with structlog.testing.capture_logs() as said:
        try:
            int("x")
        except ValueError:
            logging.getLogger("pyhanko.sign").exception("it broke\nin two lines")
    assert [(each["event"], each["text"]) for each in said] == [("pyhanko_says", "it broke")]
