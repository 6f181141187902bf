"""Sends one signed request to a webhook (Standard Webhooks 1.0), and reaches nothing but the internet with it."""

import asyncio
import socket
import ssl
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any, Final
from uuid import UUID

import httpx
import orjson
from standardwebhooks import Webhook

from notifications.domain.targets import Target, TargetRefused, TargetRules

Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], Awaitable[Sequence[Address]]]

SECONDS: Final = 10.0
"""How long one attempt may take in all, name resolution included."""
_SHOWN: Final = 500
_GONE: Final = 410


@dataclass(frozen=True)
class Outcome:
    """What came of one attempt.

    `status` is the answer's, None when there was none; `error` is None when the webhook took it. `response` is the
    beginning of its body.
    """

    status: int | None
    error: str | None
    response: str
    milliseconds: int

    @property
    def gone(self) -> bool:
        """Whether the other side asks for nothing more (410, as Standard Webhooks has it)."""
        return self.status == _GONE


class WebhookSender:
    """One client for all webhooks: no proxy of the environment, no redirects, no connection kept.

    A kept connection could be used for another name at the same address, under a certificate checked for the first.
    """

    def __init__(
        self,
        rules: TargetRules,
        *,
        resolve: Resolve | None = None,
        tls: ssl.SSLContext | None = None,
        seconds: float = SECONDS,
    ) -> None:
        self._rules = rules
        self._resolve = resolve or by_system
        self._seconds = seconds
        self._client = httpx.AsyncClient(
            verify=tls or True,
            trust_env=False,
            follow_redirects=False,
            timeout=seconds,
            limits=httpx.Limits(max_keepalive_connections=0),
            headers={"user-agent": "Navette-Webhooks/1.0", "accept": "*/*", "accept-encoding": "identity"},
        )

    async def send(self, url: str, item_id: UUID, body: bytes, secrets: Sequence[str], signed_at: datetime) -> Outcome:
        """Send an item; `secrets` are the current one and, while rotating, the one before. Raises nothing."""
        started = time.monotonic()
        status, error, response = None, None, ""
        try:
            async with asyncio.timeout(self._seconds):
                target = self._rules.target(url)
                address = await self._checked_address(target)
                headers = _headers(target, item_id, body, secrets, signed_at)
                status, response = await self._post(target, address, body, headers)
            if not 200 <= status < 300:
                error = f"HTTP_{status}"
        except TargetRefused as refused:
            error = f"TARGET_REFUSED: {refused}"
        except TimeoutError:
            error = f"TIMEOUT: no answer within {self._seconds:g} s"
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError) as failure:
            error = f"NOT_REACHED: {type(failure).__name__}: {failure}"[:_SHOWN]
        return Outcome(status, error, response, round((time.monotonic() - started) * 1000))

    async def close(self) -> None:
        """Close every connection."""
        await self._client.aclose()

    async def _checked_address(self, target: Target) -> Address:
        """Resolve once. Every address of the name must be allowed: of a mixed answer nothing is trusted."""
        addresses = await self._resolve(target.host, target.port)
        for address in addresses:
            self._rules.check(address)
        if not addresses:
            raise TargetRefused("its name has no address")
        return min(addresses, key=lambda address: address.version)

    async def _post(self, target: Target, address: Address, body: bytes, headers: Mapping[str, str]) -> tuple[int, str]:
        """Connect to the address that was checked; the certificate is verified for the name."""
        host = f"[{address}]" if address.version == 6 else str(address)
        request = self._client.build_request(
            "POST",
            f"{target.scheme}://{host}:{target.port}{target.path}",
            content=body,
            headers=dict(headers),
            extensions={"sni_hostname": target.host},
        )
        response = await self._client.send(request, stream=True)
        try:
            shown = b""
            async for chunk in response.aiter_raw():
                shown += chunk
                if len(shown) >= _SHOWN:
                    break
        finally:
            await response.aclose()
        return response.status_code, shown[:_SHOWN].decode(errors="replace").replace("\x00", "\ufffd")


async def by_system(host: str, port: int) -> list[Address]:
    """Every address of a name, as this machine resolves names. Raises OSError."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [ip_address(str(entry[4][0])) for entry in found]


def body_of(item_id: UUID, position: int, item_type: str, subject: UUID, at: datetime, data: Any) -> bytes:
    """An item as webhooks get it: the same object as in the feed."""
    return orjson.dumps(
        {
            "id": str(item_id),
            "position": position,
            "type": item_type,
            "subject": str(subject),
            "timestamp": at.isoformat(),
            "data": data,
        }
    )


def _headers(target: Target, item_id: UUID, body: bytes, secrets: Sequence[str], signed_at: datetime) -> dict[str, str]:
    text = body.decode()
    return {
        "host": target.authority,
        "content-type": "application/json",
        "webhook-id": str(item_id),
        "webhook-timestamp": str(int(signed_at.timestamp())),
        "webhook-signature": " ".join(Webhook(secret).sign(str(item_id), signed_at, text) for secret in secrets),
    }
