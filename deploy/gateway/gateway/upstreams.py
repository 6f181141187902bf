"""Where the gateway listens and finds each service: the ports file, and the clusters made from it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from contracts.topics import SERVICES
from gateway.envoy_api import Config, typed
from gateway.routes import MAIL, PORTAL

GATEWAY: Final = "gateway"
ADMIN: Final = "gateway_admin"
LOOPBACK: Final = "127.0.0.1"

_KEEP_ALIVE_SECONDS: Final = 30
"""Below the services' own 75 s: the side that closes an idle connection must be this one, or requests race it."""
_MOST: Final[Config] = {
    "max_connections": 10_000,
    "max_requests": 10_000,
    "max_pending_requests": 1_000,
    "max_retries": 50,
}


class PortsError(ValueError):
    """The ports file lacks an address or holds one that is none; the text names the key."""


@dataclass(frozen=True)
class Address:
    """A host and a port."""

    host: str
    port: int

    @property
    def socket_address(self) -> Config:
        return {"socket_address": {"address": self.host, "port_value": self.port}}

    @property
    def is_name(self) -> bool:
        """Whether the host has to be resolved."""
        return not self.host.replace(".", "").isdigit()


@dataclass(frozen=True)
class Ports:
    """The addresses of one mesh.

    The file is a JSON object of name → port on this machine, or → "host:port". Read: `gateway`, `gateway_admin`, the
    seven services by their project names, and if they are there `portal` (its files) and `mail` (the mail
    catcher). Other keys are other programs' business.
    """

    listener: Address
    admin: Address
    upstreams: Mapping[str, Address]

    @classmethod
    def read(cls, path: Path) -> "Ports":
        """Raises PortsError."""
        try:
            entries = json.loads(path.read_text())
        except (OSError, ValueError) as fault:
            raise PortsError(f"{path}: {fault}") from fault
        if not isinstance(entries, dict):
            raise PortsError(f"{path}: an object of names and ports is expected")
        return cls.of(entries)

    @classmethod
    def of(cls, entries: Mapping[str, object]) -> "Ports":
        """Raises PortsError."""
        needed = (GATEWAY, ADMIN, *SERVICES)
        if absent := [name for name in needed if name not in entries]:
            raise PortsError(f"no port for {', '.join(absent)}")
        optional = [name for name in (PORTAL, MAIL) if name in entries]
        return cls(
            listener=_address(GATEWAY, entries[GATEWAY]),
            admin=_address(ADMIN, entries[ADMIN]),
            upstreams={name: _address(name, entries[name]) for name in (*SERVICES, *optional)},
        )


def _address(name: str, value: object) -> Address:
    host, _, port = value.rpartition(":") if isinstance(value, str) else (LOOPBACK, "", str(value))
    if not host or not port.isdigit() or not 0 < int(port) < 65536:
        raise PortsError(f"{name}: {value!r} is neither a port nor host:port")
    return Address(host, int(port))


def cluster(name: str, address: Address) -> Config:
    """One service. HTTP/1.1 with keep-alive; a full queue is a 503 with Retry-After, not a growing one."""
    protocol = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions"
    endpoint: Config = {"endpoint": {"address": address.socket_address}}
    return {
        "name": name,
        "type": "STRICT_DNS" if address.is_name else "STATIC",
        "connect_timeout": "1s",
        "circuit_breakers": {"thresholds": [_MOST]},
        "typed_extension_protocol_options": {
            protocol: typed(
                protocol,
                {
                    "explicit_http_config": {"http_protocol_options": {}},
                    "common_http_protocol_options": {"idle_timeout": f"{_KEEP_ALIVE_SECONDS}s"},
                },
            )
        },
        "load_assignment": {"cluster_name": name, "endpoints": [{"lb_endpoints": [endpoint]}]},
    }
