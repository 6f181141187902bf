"""Log lines: one JSON object each, with the request and without secrets; nobody outside can write one of their own."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from mesh import telemetry


@pytest.fixture
def lines() -> Iterator[Any]:
    """Configured as in a service; gives what was written so far, line by line."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    stream = io.StringIO()
    telemetry.configure_logs("archive", "info", stream=stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    structlog.reset_defaults()
    root.handlers, root.level = handlers, level


def test_a_line_says_when_where_and_in_which_request(lines: Any) -> None:
    token = telemetry.request_id.set("r-1")
    telemetry.actor.set("user:7")
    structlog.get_logger().info("sealed", invoice_id="42")
    telemetry.request_id.reset(token)
    telemetry.actor.set("")
    structlog.get_logger().info("started")
    first, second = lines()
    assert first.pop("timestamp").endswith("Z")
    assert first == {
        "event": "sealed",
        "invoice_id": "42",
        "service": "archive",
        "level": "info",
        "request_id": "r-1",
        "actor": "user:7",
    }
    assert "request_id" not in second


def test_line_breaks_from_outside_stay_inside_their_field(lines: Any) -> None:
    structlog.get_logger().info("named", name='x"}\r\n{"event": "forged", "level": "error"}')
    (line,) = lines()
    assert line["event"] == "named"
    assert "\r\n" in line["name"]


def test_secrets_are_blanked_by_the_name_of_their_field(lines: Any) -> None:
    structlog.get_logger().info(
        "signed_in", password="p", Authorization="Bearer x", otp_code="1", client_secret="s", user="u"
    )
    assert "Bearer" not in json.dumps(found := lines())
    assert {found[0][name] for name in ("password", "Authorization", "otp_code", "client_secret")} == {"[redacted]"}
    assert found[0]["user"] == "u"


def test_libraries_write_the_same_lines_and_only_what_matters(lines: Any) -> None:
    logging.getLogger("uvicorn.error").info("Started server process [%d]", 7)
    logging.getLogger("aiokafka.cluster").info("chatter")
    logging.getLogger("aiokafka.cluster").warning("lost %s", "broker")
    started, lost = lines()
    assert (started["event"], started["service"], started["logger"]) == (
        "Started server process [7]",
        "archive",
        "uvicorn.error",
    )
    assert (lost["event"], lost["level"]) == ("lost broker", "warning")


def test_an_error_carries_its_traceback_in_one_line(lines: Any) -> None:
    try:
        {}["missing"]
    except KeyError:
        logging.getLogger("anything").exception("failed")
        structlog.get_logger().exception("failed")
    for line in lines():
        assert "KeyError: 'missing'" in line["exception"]


def test_debug_lines_cost_nothing_when_nobody_asked_for_them(lines: Any) -> None:
    structlog.get_logger().debug("detail")
    logging.getLogger("own").debug("detail")
    assert lines() == []


def test_without_a_collector_tracing_is_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OTEL_EXPORTER_OTLP_ENDPOINT", raising=False)
    assert telemetry.configure_traces("archive") is False
