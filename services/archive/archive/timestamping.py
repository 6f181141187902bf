"""Time-stamps from outside, and the revocation lists of who gave them."""

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

import httpx
from cryptography import x509

from archive.domain.evidence.token import Token, TokenRefused, answered, request
from archive.domain.evidence.trust import ChainRefused, Trust, chain_of
from mesh.errors import ResourceDown

_RESOURCE: Final = "tsa"
_LARGEST_TOKEN: Final = 256 * 1024
_LARGEST_LIST: Final = 20 * 1024 * 1024


class TimeStamping:
    """Several authorities, asked in their order; each token is verified before it is believed."""

    def __init__(self, urls: Sequence[str], trust: Trust, client: httpx.AsyncClient, wait_seconds: float) -> None:
        self._urls = tuple(urls)
        self.trust = trust
        self._client = client
        self._timeout = httpx.Timeout(wait_seconds)

    @property
    def is_configured(self) -> bool:
        """Whether there is anybody to ask."""
        return bool(self._urls)

    async def stamp(self, digest: bytes) -> tuple[Token, str]:
        """A token over a SHA-256 digest with today's revocation lists in it, and who gave it. Raises ResourceDown."""
        problems: list[str] = []
        for url in self._urls:
            nonce = secrets.randbits(63)
            try:
                answer = await self._post(url, request(digest, nonce))
                token = await self.with_lists(answered(answer, digest, nonce))
            except (ResourceDown, TokenRefused) as error:
                problems.append(f"{url}: {error}")
                continue
            return token, url
        raise ResourceDown(_RESOURCE, "; ".join(problems) or "no time-stamping authority is configured")

    async def with_lists(self, token: Token, renewed_at: datetime | None = None) -> Token:
        """The token with the lists of today, shown to hold. Raises ResourceDown, TokenRefused.

        What is renewed must hold when it is renewed, by lists that are current then.
        """
        try:
            chain = chain_of(token.signer, token.certificates, self.trust)
        except ChainRefused as error:
            raise TokenRefused(str(error)) from error
        found = token.with_lists([await self._list(places_of(each)) for each in chain[:-1]])
        at = renewed_at or max(found.at, *(each.last_update_utc for each in found.lists))
        found.verify(self.trust, at, current_at=renewed_at)
        return found

    async def _post(self, url: str, asked: bytes) -> bytes:
        headers = {"content-type": "application/timestamp-query", "accept": "application/timestamp-reply"}
        return await self._bytes("POST", url, _LARGEST_TOKEN, content=asked, headers=headers)

    async def _list(self, places: Iterable[str]) -> x509.CertificateRevocationList:
        problems: list[str] = []
        for place in places:
            try:
                return x509.load_der_x509_crl(await self._bytes("GET", place, _LARGEST_LIST))
            except (ResourceDown, ValueError) as error:
                problems.append(f"{place}: {error}")
        raise ResourceDown(_RESOURCE, "; ".join(problems) or "its certificates name no revocation list")

    async def _bytes(
        self, method: str, url: str, most: int, *, content: bytes | None = None, headers: dict[str, str] | None = None
    ) -> bytes:
        try:
            async with self._client.stream(
                method, url, content=content, headers=headers, timeout=self._timeout
            ) as response:
                if not response.is_success:
                    raise ResourceDown(_RESOURCE, f"answered {response.status_code}")
                body = b""
                async for chunk in response.aiter_bytes():
                    body += chunk
                    if len(body) > most:
                        raise ResourceDown(_RESOURCE, f"answered more than {most} bytes")
                return body
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise ResourceDown(_RESOURCE, f"{type(error).__name__} {error}") from error


def places_of(certificate: x509.Certificate) -> list[str]:
    """Where a certificate says its issuer's revocation list is (RFC 5280, §4.2.1.13), http only."""
    try:
        points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except x509.ExtensionNotFound:
        return []
    return [
        name.value
        for point in points
        for name in point.full_name or ()
        if isinstance(name, x509.UniformResourceIdentifier) and name.value.startswith(("http://", "https://"))
    ]


def sha256(data: bytes) -> bytes:
    """The digest that tokens are known by."""
    return hashlib.sha256(data).digest()
