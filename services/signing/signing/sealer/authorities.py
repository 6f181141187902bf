"""Time-stamping authorities over HTTP (RFC 3161 §3.4): several of them, so that one may fail."""

import asyncio
import base64
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any, Final, cast

import httpx
import structlog
from asn1crypto import algos, cms, tsp

from signing.errors import TsaUnavailable
from signing.sealer.status_sources import host_of

log = structlog.get_logger(__name__)

CLOCKS_DIFFER: Final = timedelta(minutes=2)
"""More than any network takes: a token is refused whose time is further from ours."""
MAX_RESPONSE: Final = 64 * 1024
_HEADERS: Final = {
    "content-type": "application/timestamp-query",
    "accept": "application/timestamp-reply",
    "accept-encoding": "identity",
}
_SUCCESS, _OTHERWISE = 200, 300
PAUSE_SECONDS: Final = 30.0
"""How long an authority that failed is asked last."""


@dataclass(frozen=True)
class Probe:
    """What an authority's tokens look like: a token (DER), the certificates it brought (DER), its size in bytes."""

    token: bytes
    certificates: tuple[bytes, ...]
    size: int


Post = Callable[[str, bytes, Mapping[str, str], int], Awaitable[tuple[int, bytes]]]
"""Asks an authority: address, body, headers and a limit in, the status and so many bytes of the answer out.

Raises OSError, whose text may be told, when there is no answer.
"""


class TimeStampAuthority:
    """One authority, and the certificates of its tokens: their revocation data are needed before a seal is begun."""

    def __init__(self, url: str, post: Post) -> None:
        """`url` may hold a user's name and password, or a key: `name` is what may be told of it."""
        whole = httpx.URL(url)
        self.name = host_of(url)
        self._url = str(whole.copy_with(username=None, password=None))
        self._post = post
        self._headers = dict(_HEADERS)
        if whole.userinfo:
            pair = f"{whole.username}:{whole.password}".encode()
            self._headers["authorization"] = f"Basic {base64.b64encode(pair).decode('ascii')}"
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
        try:
            status, body = await self._post(self._url, request, self._headers, MAX_RESPONSE + 1)
        except OSError as error:
            raise TsaUnavailable(f"{self.name}: {error}") from None
        if not _SUCCESS <= status < _OTHERWISE:
            raise TsaUnavailable(f"{self.name} answered {status}")
        if len(body) > MAX_RESPONSE:
            raise TsaUnavailable(f"{self.name} answered more than {MAX_RESPONSE} bytes")
        return body

    async def probe(self) -> Probe:
        """What its tokens look like; asked for once. Raises TsaUnavailable."""
        async with self._probing:
            if self._probe is None:
                token = _token(self.name, await self.stamp(_request()))
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


def refuse_other_clock(authority: TimeStampAuthority, stamped_at: datetime) -> None:
    """Raises TsaUnavailable, and says so aloud, when its time is far from ours: nobody can tell from here who is wrong.

    Another authority is asked then; when all differ it is our clock, and invoices wait until it is put right.
    """
    difference = stamped_at - datetime.now(UTC)
    if abs(difference) > CLOCKS_DIFFER:
        seconds = round(difference.total_seconds())
        log.error("tsa_clock_differs", authority=authority.name, seconds=seconds)
        raise TsaUnavailable(f"the clock of {authority.name} differs from ours by {seconds} s")


def certificates_in(token: cms.ContentInfo) -> tuple[bytes, ...]:
    """The certificates (DER) a token brings."""
    signed = cast(Any, token)["content"]
    return tuple(choice.chosen.dump() for choice in signed["certificates"])


def _request() -> bytes:
    imprint = tsp.MessageImprint(
        {"hash_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}), "hashed_message": bytes(32)}
    )
    return tsp.TimeStampReq({"version": 1, "message_imprint": imprint, "cert_req": True}).dump()


def _token(name: str, response: bytes) -> cms.ContentInfo:
    try:
        parsed: Any = tsp.TimeStampResp.load(response)
        status: str = parsed["status"]["status"].native
        if status not in ("granted", "granted_with_mods"):
            raise TsaUnavailable(f"{name} refuses to stamp: {parsed['status'].native}")
        token: cms.ContentInfo = parsed["time_stamp_token"]
        found = certificates_in(token)
    except (ValueError, TypeError, KeyError) as error:
        raise TsaUnavailable(f"{name} answered no time-stamp") from error
    if not found:
        raise TsaUnavailable(f"{name} sends no certificates although it was asked to")
    return token
