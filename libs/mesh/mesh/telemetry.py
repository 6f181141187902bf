"""What a service says about itself: JSON log lines, Prometheus metrics, traces where a collector is configured."""

import logging
import os
import re
import sys
from collections.abc import MutableMapping
from contextvars import ContextVar
from functools import lru_cache
from importlib import import_module
from typing import Any, Final, TextIO

import orjson
import structlog
from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from structlog.typing import WrappedLogger

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""The gateway's id of the request being answered; empty outside of one."""
actor: ContextVar[str] = ContextVar("actor", default="")
"""Who asked: `user:…` or `client:…`; empty when nobody is signed in."""

REGISTRY: Final = CollectorRegistry()
ProcessCollector(registry=REGISTRY)

consumer_lag: Final = Gauge("navette_consumer_lag", "Records of a topic not yet handled", ["topic"], registry=REGISTRY)
outbox_pending: Final = Gauge("navette_outbox_pending", "Facts committed and not yet published", registry=REGISTRY)
facts: Final = Counter(
    "navette_facts_total",
    "Facts handled, by outcome: done, parked, dead, discarded",
    ["type", "outcome"],
    registry=REGISTRY,
)
parked: Final = Gauge("navette_parked", "Facts that wait for another try", registry=REGISTRY)
dead_letters: Final = Gauge("navette_dead_letters", "Open dead letters", registry=REGISTRY)
hop_seconds: Final = Histogram(
    "navette_hop_seconds",
    "From the commit of a fact to the commit of what followed from it",
    registry=REGISTRY,
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60),
)
http_requests: Final = Counter(
    "navette_http_requests_total", "Requests answered", ["method", "route", "status"], registry=REGISTRY
)
http_seconds: Final = Histogram(
    "navette_http_seconds",
    "From the first byte of a request to the last byte of its answer",
    ["method", "route"],
    registry=REGISTRY,
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)

_SECRET: Final = re.compile(
    "password|secret|token|authorization|cookie|otp|credential|private_key|api_key", re.IGNORECASE
)
_QUIET: Final = ("aiokafka", "urllib3", "httpx", "httpcore", "asyncio", "sqlalchemy", "pyhanko")


@lru_cache(maxsize=2_000)
def _speaks_of_a_secret(name: str) -> bool:
    return _SECRET.search(name) is not None


def without_secrets(_logger: WrappedLogger, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Blank the value of every field whose name speaks of a secret."""
    for key in event:
        if _speaks_of_a_secret(key):
            event[key] = "[redacted]"
    return event


def _with_request(_logger: WrappedLogger, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for name, variable in (("request_id", request_id), ("actor", actor)):
        if current := variable.get():
            event[name] = current
    return event


def _json(_logger: WrappedLogger, _method: str, event: MutableMapping[str, Any]) -> str:
    # JSON escapes CR and LF, so nothing a client sends can start a line of its own (OWASP ASVS 16.4.1).
    return orjson.dumps(event, default=str, option=orjson.OPT_NON_STR_KEYS).decode()


def configure_logs(service: str, level: str = "info", *, stream: TextIO | None = None) -> None:
    """One JSON object a line on standard output, or on `stream`, for our own lines and those of every library."""
    out = stream or sys.stdout

    def of_service(_logger: WrappedLogger, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        event["service"] = service
        return event

    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        _with_request,
        of_service,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        without_secrets,
    ]
    threshold = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[*shared, _json],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.PrintLoggerFactory(out),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _json],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(threshold)
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(threshold, logging.WARNING))


def configure_traces(service: str) -> bool:
    """Send traces to OTEL_EXPORTER_OTLP_ENDPOINT; without it, or without the exporter's package, tracing stays off.

    Returns whether it is on.
    """
    if not os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT"):
        return False
    try:
        exporter = import_module("opentelemetry.exporter.otlp.proto.http.trace_exporter")
    except ModuleNotFoundError:
        structlog.get_logger().warning(
            "traces_off",
            reason="OTEL_EXPORTER_OTLP_ENDPOINT is set, opentelemetry-exporter-otlp-proto-http is not installed",
        )
        return False
    provider = TracerProvider(resource=Resource.create({"service.name": service}))
    provider.add_span_processor(BatchSpanProcessor(exporter.OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    return True
