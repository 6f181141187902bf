"""Time-stamping authorities over HTTP (RFC 3161 §3.4): several of them, so that one may fail."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any, Final, cast

import httpx
from asn1crypto import algos, cms, tsp

from signing.errors import TsaUnavailable

MAX_RESPONSE: Final = 64 * 1024
PAUSE_SECONDS: Final = 30.0
"""How long an authority that failed is asked last."""


@dataclass(frozen=True)
class Probe:
    """What an authority's tokens look like: a token (DER), the certificates it brought (DER), its size in bytes."""

    token: bytes
    certificates: tuple[bytes, ...]
    size: int


class TimeStampAuthority:
    """One authority, and the certificates of its tokens: their revocation data are needed before a seal is begun."""

    def __init__(self, url: str, client: httpx.AsyncClient, wait_seconds: float) -> None:
        self.url = url
        self._client = client
        self._timeout = httpx.Timeout(wait_seconds)
        self._paused_until = 0.0
        self._probe: Probe | None = None
        self.token_size = 0
        """In bytes; 0 until it has shown one."""
        self._probing = asyncio.Lock()

    @property
    def is_paused(self) -> bool:
        """It failed lately."""
        return monotonic() < self._paused_until

    def pause(self) -> None:
        """Ask the others first for a while, and look at its tokens anew: its certificates may have changed."""
        self._paused_until = monotonic() + PAUSE_SECONDS
        self._probe = None

    async def stamp(self, request: bytes) -> bytes:
        """The DER `TimeStampResp` to a DER `TimeStampReq`; raises TsaUnavailable."""
        headers = {"content-type": "application/timestamp-query", "accept": "application/timestamp-reply"}
        try:
            async with self._client.stream(
                "POST", self.url, content=request, headers=headers, timeout=self._timeout
            ) as response:
                if not response.is_success:
                    raise TsaUnavailable(f"{self.url} answered {response.status_code}")
                body = b""
                async for chunk in response.aiter_bytes():
                    body += chunk
                    if len(body) > MAX_RESPONSE:
                        raise TsaUnavailable(f"{self.url} answered more than {MAX_RESPONSE} bytes")
                return body
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise TsaUnavailable(f"{self.url}: {type(error).__name__} {error}") from error

    async def probe(self) -> Probe:
        """What its tokens look like; asked for once. Raises TsaUnavailable."""
        async with self._probing:
            if self._probe is None:
                token = _token(self.url, await self.stamp(_request()))
                der = token.dump()
                self._probe = Probe(der, certificates_in(token), len(der))
                self.token_size = self._probe.size
            return self._probe


class TimeStampAuthorities:
    """All configured authorities."""

    def __init__(self, authorities: Sequence[TimeStampAuthority]) -> None:
        self._authorities = tuple(authorities)

    @property
    def largest_token(self) -> int:
        """The size of the largest token that one of them has shown, 0 while none has."""
        return max((authority.token_size for authority in self._authorities), default=0)

    def in_order(self) -> list[TimeStampAuthority]:
        """As configured; those that failed lately go last, but are still asked when nobody else answers."""
        return sorted(self._authorities, key=lambda authority: authority.is_paused)


def certificates_in(token: cms.ContentInfo) -> tuple[bytes, ...]:
    """The certificates (DER) a token brings."""
    signed = cast(Any, token)["content"]
    return tuple(choice.chosen.dump() for choice in signed["certificates"])


def _request() -> bytes:
    imprint = tsp.MessageImprint(
        {"hash_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}), "hashed_message": bytes(32)}
    )
    return tsp.TimeStampReq({"version": 1, "message_imprint": imprint, "cert_req": True}).dump()


def _token(url: str, response: bytes) -> cms.ContentInfo:
    try:
        parsed: Any = tsp.TimeStampResp.load(response)
        status: str = parsed["status"]["status"].native
        if status not in ("granted", "granted_with_mods"):
            raise TsaUnavailable(f"{url} refuses to stamp: {parsed['status'].native}")
        token: cms.ContentInfo = parsed["time_stamp_token"]
        found = certificates_in(token)
    except (ValueError, TypeError, KeyError) as error:
        raise TsaUnavailable(f"{url} answered no time-stamp") from error
    if not found:
        raise TsaUnavailable(f"{url} sends no certificates although it was asked to")
    return token
