"""The whole configuration of one Envoy: listener, connection manager, clusters, guards against overload."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from contracts import limits
from gateway.envoy_api import Config, typed
from gateway.filters import http_filters, stripping
from gateway.problems import local_replies
from gateway.route_config import virtual_hosts
from gateway.upstreams import Ports, cluster

CERTIFICATE: Final = "gateway.pem"
KEY: Final = "gateway.key"
"""The files of the TLS directory."""

_STREAM_WINDOW: Final = 2 * limits.JSON_BODY
"""Above the buffer's limit: with a window below it, an HTTP/2 body over the limit stalls instead of being refused."""
MAX_HEADERS: Final = 60
MAX_HEADERS_KIB: Final = 32
_MAX_CONNECTIONS: Final = 10_000
_MAX_HEAP: Final = 1024 * limits.MIB

ACCESS_LOG: Final[Config] = {
    # the route's name, never the address: activation links carry their secret in the path, searches in the query
    "time": "%START_TIME%",
    "request_id": "%REQ(x-request-id)%",
    "method": "%REQ(:method)%",
    "route": "%ROUTE_NAME%",
    "status": "%RESPONSE_CODE%",
    "details": "%RESPONSE_CODE_DETAILS%",
    "milliseconds": "%DURATION%",
    "received": "%BYTES_RECEIVED%",
    "sent": "%BYTES_SENT%",
    "upstream": "%UPSTREAM_CLUSTER%",
    "protocol": "%PROTOCOL%",
}


class OriginError(ValueError):
    """An origin that is not `https://host[:port]`."""


@dataclass(frozen=True)
class Origins:
    """The public origins, `https://host[:port]`. None named: every host is served, and nothing is pinned to TLS."""

    values: tuple[str, ...]

    @property
    def hosts(self) -> tuple[str, ...]:
        """Raises OriginError."""
        return tuple(dict.fromkeys(_host(value) for value in self.values))

    @property
    def hsts(self) -> bool:
        """Whether browsers may be told to insist on TLS: never for localhost."""
        return bool(self.hosts) and not any(
            host == "127.0.0.1" or host.rpartition(".")[2] == "localhost" for host in self.hosts
        )


def _host(origin: str) -> str:
    parts = urlsplit(origin)
    if parts.scheme != "https" or not parts.hostname or parts.path not in ("", "/"):
        raise OriginError(f"{origin!r} is not https://host[:port]")
    return parts.hostname


def _tls(directory: Path) -> Config:
    certificate: Config = {
        "certificate_chain": {"filename": str(directory / CERTIFICATE)},
        "private_key": {"filename": str(directory / KEY)},
    }
    context = typed(
        "envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext",
        {
            "common_tls_context": {
                "alpn_protocols": ["h2", "http/1.1"],
                "tls_params": {"tls_minimum_protocol_version": "TLSv1_2"},
                "tls_certificates": [certificate],
            }
        },
    )
    return {"name": "envoy.transport_sockets.tls", "typed_config": context}


def _access_log() -> list[Config]:
    stdout = "envoy.extensions.access_loggers.stream.v3.StdoutAccessLog"
    return [{"name": "stdout", "typed_config": typed(stdout, {"log_format": {"json_format": ACCESS_LOG}})}]


def request_ids() -> Config:
    """Services name traces by the request id, so all of its bits stay as they were drawn."""
    uuid = "envoy.extensions.request_id.uuid.v3.UuidRequestIdConfig"
    return {"typed_config": typed(uuid, {"pack_trace_reason": False, "use_request_id_for_trace_sampling": False})}


def connection_manager(hosts: Sequence[str], clusters: frozenset[str], *, hsts: bool) -> Config:
    """HTTP as the gateway speaks it. What clients say of themselves (addresses, request ids) is not believed."""
    return typed(
        "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
        {
            "stat_prefix": "edge",
            "use_remote_address": True,
            "early_header_mutation_extensions": [stripping()],
            "request_id_extension": request_ids(),
            "always_set_request_id_in_response": True,
            "server_header_transformation": "PASS_THROUGH",
            "normalize_path": True,
            "merge_slashes": True,
            "path_with_escaped_slashes_action": "REJECT_REQUEST",
            "request_headers_timeout": "10s",
            "stream_idle_timeout": "30s",
            "max_request_headers_kb": MAX_HEADERS_KIB,
            "common_http_protocol_options": {
                "idle_timeout": "300s",
                "headers_with_underscores_action": "REJECT_REQUEST",
                "max_headers_count": MAX_HEADERS,
            },
            "http2_protocol_options": {
                "max_concurrent_streams": 100,
                "initial_stream_window_size": _STREAM_WINDOW,
                "initial_connection_window_size": 2 * _STREAM_WINDOW,
            },
            "access_log": _access_log(),
            "local_reply_config": local_replies(),
            "http_filters": list(http_filters(hsts=hsts)),
            "route_config": {
                "name": "public",
                "ignore_port_in_host_matching": True,
                "virtual_hosts": virtual_hosts(hosts, clusters),
            },
        },
    )


def _overload_manager() -> Config:
    """Past these, new work is refused at once; what is under way ends well."""
    heap = typed("envoy.extensions.resource_monitors.fixed_heap.v3.FixedHeapConfig", {"max_heap_size_bytes": _MAX_HEAP})
    connections = typed(
        "envoy.extensions.resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig",
        {"max_active_downstream_connections": _MAX_CONNECTIONS},
    )

    def at(action: str, share: float) -> Config:
        trigger: Config = {"name": "envoy.resource_monitors.fixed_heap", "threshold": {"value": share}}
        return {"name": f"envoy.overload_actions.{action}", "triggers": [trigger]}

    return {
        "refresh_interval": "0.25s",
        "resource_monitors": [
            {"name": "envoy.resource_monitors.fixed_heap", "typed_config": heap},
            {"name": "envoy.resource_monitors.global_downstream_max_connections", "typed_config": connections},
        ],
        "actions": [
            at("shrink_heap", 0.85),
            at("disable_http_keepalive", 0.92),
            at("stop_accepting_requests", 0.95),
        ],
    }


def bootstrap(ports: Ports, tls: Path, origins: Origins) -> Config:
    """The complete configuration. Raises OriginError."""
    manager = connection_manager(origins.hosts, frozenset(ports.upstreams), hsts=origins.hsts)
    listener: Config = {
        "name": "edge",
        "address": ports.listener.socket_address,
        "per_connection_buffer_limit_bytes": limits.JSON_BODY,
        "filter_chains": [
            {
                "transport_socket": _tls(tls),
                "filters": [{"name": "envoy.filters.network.http_connection_manager", "typed_config": manager}],
            }
        ],
    }
    return {
        "admin": {"address": ports.admin.socket_address},
        "overload_manager": _overload_manager(),
        "static_resources": {
            "listeners": [listener],
            "clusters": [cluster(name, address) for name, address in ports.upstreams.items()],
        },
    }
