"""Where webhooks may go: to servers on the internet, never into the network that this service stands in."""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final
from urllib.parse import urlsplit

MAX_URL: Final = 2_000
_HTTPS: Final = 443
_HTTP: Final = 80
# Addresses that carry an IPv4 address, which a translator would send anywhere: NAT64 (RFC 6052, RFC 8215), 6to4,
# Teredo, IPv4-compatible.
_CARRYING: Final = tuple(
    IPv6Network(block) for block in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96")
)


class TargetRefused(Exception):
    """Webhooks do not go there; the text says why, for whoever typed the address."""


@dataclass(frozen=True)
class Target:
    """A webhook's address in its parts. `host` is in ASCII, without brackets; `path` begins with a slash."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """What goes into the Host header (RFC 9110, §7.2)."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = _HTTPS if self.scheme == "https" else _HTTP
        return host if self.port == usual else f"{host}:{self.port}"


@dataclass(frozen=True)
class TargetRules:
    """`loopback`: this machine may be reached, over http too. Development only."""

    loopback: bool = False

    def target(self, url: str) -> Target:
        """The parts of an address as somebody typed it. Raises TargetRefused."""
        if len(url) > MAX_URL or any(ord(character) <= 32 or ord(character) == 127 for character in url):
            raise TargetRefused(f"it has spaces or control characters, or more than {MAX_URL} characters")
        try:
            parts = urlsplit(url)
            port = parts.port
            host = (parts.hostname or "").encode("idna").decode() if not _literal(parts.hostname) else parts.hostname
        except (ValueError, UnicodeError):
            raise TargetRefused("it is not an address such as https://erp.example.com/hooks") from None
        if parts.scheme not in ("https", "http") or not host or "\\" in url:
            raise TargetRefused("it is not an address such as https://erp.example.com/hooks")
        if parts.username is not None or parts.password is not None:
            raise TargetRefused("it holds a user name or password; webhooks are authenticated by their signature")
        if parts.fragment or port == 0:
            raise TargetRefused("it has a fragment (#) or the port 0")
        target = Target(
            scheme=parts.scheme,
            host=host,
            port=port or (_HTTPS if parts.scheme == "https" else _HTTP),
            path=(parts.path or "/") + (f"?{parts.query}" if parts.query else ""),
        )
        address = _literal(target.host)
        here = target.host == "localhost" or target.host.endswith(".localhost")
        if address is not None:
            self.check(address)
            here = address.is_loopback
        elif here and not self.loopback:
            raise TargetRefused("it names this machine itself")
        if target.scheme == "http" and not (self.loopback and here):
            raise TargetRefused("it must begin with https://")
        return target

    def check(self, address: IPv4Address | IPv6Address) -> None:
        """Whether a connection may be made to an address that a name resolved to. Raises TargetRefused."""
        if self.loopback and address.is_loopback:
            return
        if isinstance(address, IPv6Address) and (
            address.ipv4_mapped is not None or address.scope_id or any(address in block for block in _CARRYING)
        ):
            raise TargetRefused("it leads to an IPv6 address that stands for another address")
        if not address.is_global or address.is_multicast or address.is_reserved or address.is_unspecified:
            raise TargetRefused("it leads to a private, local or reserved address")


def _literal(host: str | None) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host or "")
    except ValueError:
        return None
