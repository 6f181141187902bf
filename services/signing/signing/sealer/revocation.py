"""CRLs and OCSP answers, fetched ahead of need: no seal waits for them.

A certificate is covered when a current CRL of its issuer, or a current OCSP answer for itself, is kept.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import httpx
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.types import CertificateIssuerPublicKeyTypes
from cryptography.x509 import ocsp

from signing.errors import RevocationUnavailable
from signing.sealer.status_sources import crl_urls, host_of, needs_no_check, ocsp_urls

_REMEMBERED: Final = 64
"""Sets of certificates: a few keys times a few authorities."""
MAX_ANSWER: Final = 20 * 1024 * 1024
REFRESH: Final = timedelta(hours=1)
"""Answers are asked for again after this long, or half way to their end, whichever is sooner."""


@dataclass(frozen=True)
class RevocationData:
    """What a seal embeds: CRLs and OCSP answers (DER)."""

    crls: Sequence[bytes]
    ocsps: Sequence[bytes]


@dataclass(frozen=True)
class _Kept:
    der: bytes
    fetched_at: datetime
    next_update: datetime

    def is_current(self, now: datetime) -> bool:
        return now < self.next_update

    def is_due(self, now: datetime) -> bool:
        return now >= self.fetched_at + min(REFRESH, (self.next_update - self.fetched_at) / 2)


class RevocationCache:
    """Revocation data of every certificate it has met.

    `issuers` are the authorities' certificates (DER) that answers are verified with. `extra_crl_urls` are tried after
    the places a certificate names, for installations that can't reach those.
    """

    def __init__(self, client: httpx.AsyncClient, issuers: Iterable[bytes], extra_crl_urls: Sequence[str] = ()) -> None:
        self._client = client
        self._extra_crl_urls = tuple(extra_crl_urls)
        self._known: dict[bytes, x509.Certificate] = {}
        self._crls: dict[bytes, _Kept] = {}
        self._ocsps: dict[bytes, _Kept] = {}
        self._changing = asyncio.Lock()
        self._issuers: dict[x509.Certificate, x509.Certificate | None] = {}
        self._covers: dict[tuple[bytes, ...], tuple[RevocationData, datetime]] = {}
        for issuer in issuers:
            self._remember(issuer)

    async def cover(self, certificates: Iterable[bytes]) -> RevocationData:
        """Data for these certificates (DER) and their known issuers.

        Costs nothing while everything is current, fetches what is missing otherwise. Raises RevocationUnavailable.
        """
        asked = tuple(certificates)
        if (found := self._covers.get(asked)) and datetime.now(UTC) < found[1]:
            return found[0]
        wanted = self._with_issuers([self._remember(certificate) for certificate in asked])
        if not self._are_covered(wanted):
            async with self._changing:
                for certificate, issuer in wanted.items():
                    if not self._are_covered([certificate]):
                        await self._fetch(certificate, issuer)
        crls = {name: self._crls[name].der for name in map(_issuer_name, wanted) if name in self._crls}
        ocsps = [self._ocsps[der].der for der in map(_der, wanted) if der in self._ocsps]
        data = RevocationData(tuple(crls.values()), tuple(ocsps))
        if len(self._covers) >= _REMEMBERED:
            self._covers.clear()
        ends = [kept.next_update for kept in map(self._kept, wanted) if kept]
        self._covers[asked] = (data, min(ends, default=datetime.now(UTC)))
        return data

    def watch(self, certificates: Iterable[bytes]) -> None:
        """Have these certificates (DER) looked after in the background, too."""
        for certificate in certificates:
            self._remember(certificate)

    def forget(self) -> None:
        """Have everything fetched anew: an operator knows of a revocation before the lists are due."""
        for kept in (self._crls, self._ocsps):
            kept.clear()
        self._covers.clear()

    def kept(self, certificates: Iterable[bytes]) -> RevocationData:
        """What is at hand about these certificates, current or not; nothing is fetched."""
        known = [self._remember(certificate) for certificate in certificates]
        crls = {name: self._crls[name].der for name in map(_issuer_name, known) if name in self._crls}
        ocsps = [self._ocsps[der].der for der in map(_der, known) if der in self._ocsps]
        return RevocationData(tuple(crls.values()), tuple(ocsps))

    async def refresh(self) -> None:
        """Fetch again what is due. A source that fails keeps its last answer, which stays good until its own end."""
        async with self._changing:
            for certificate, issuer in self._with_issuers(list(self._known.values())).items():
                kept = self._kept(certificate)
                if kept is None or kept.is_due(datetime.now(UTC)):
                    try:
                        await self._fetch(certificate, issuer)
                    except RevocationUnavailable:
                        continue

    async def keep_fresh(self, every_seconds: float = 60.0) -> None:
        """Refresh until cancelled."""
        while True:
            await self.refresh()
            await asyncio.sleep(every_seconds)

    def _remember(self, der: bytes) -> x509.Certificate:
        known = self._known.get(der)
        if known is None:
            known = self._known[der] = x509.load_der_x509_certificate(der)
            self._issuers.clear()
        return known

    def _with_issuers(self, certificates: list[x509.Certificate]) -> dict[x509.Certificate, x509.Certificate | None]:
        """Every certificate on the way up that needs a status, with the known certificate of its issuer."""
        found: dict[x509.Certificate, x509.Certificate | None] = {}
        for certificate in certificates:
            current: x509.Certificate | None = certificate
            while current is not None and current not in found and not needs_no_check(current):
                issuer = self._issuer_of(current)
                found[current] = issuer
                current = issuer
        return found

    def _issuer_of(self, certificate: x509.Certificate) -> x509.Certificate | None:
        """Among the known certificates; each is verified once, until another one is met."""
        if certificate not in self._issuers:
            self._issuers[certificate] = self._searched(certificate)
        return self._issuers[certificate]

    def _searched(self, certificate: x509.Certificate) -> x509.Certificate | None:
        for candidate in self._known.values():
            if candidate.subject == certificate.issuer:
                try:
                    certificate.verify_directly_issued_by(candidate)
                except (ValueError, TypeError, InvalidSignature):
                    continue
                return candidate
        return None

    def _kept(self, certificate: x509.Certificate) -> _Kept | None:
        return self._crls.get(_issuer_name(certificate)) or self._ocsps.get(_der(certificate))

    def _are_covered(self, certificates: Iterable[x509.Certificate]) -> bool:
        now = datetime.now(UTC)
        kept = [self._kept(certificate) for certificate in certificates]
        return all(answer is not None and answer.is_current(now) for answer in kept)

    async def _fetch(self, certificate: x509.Certificate, issuer: x509.Certificate | None) -> None:
        name = certificate.subject.rfc4514_string()
        if issuer is None:
            raise RevocationUnavailable(f"the issuer of {name} is not among the configured certificates")
        failures: list[str] = []
        for url in [*crl_urls(certificate), *self._extra_crl_urls]:
            try:
                self._crls[_issuer_name(certificate)] = await self._fetch_crl(url, issuer)
            except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
                failures.append(f"{host_of(url)}: {_why(error)}")
            else:
                self._covers.clear()
                return
        for url in ocsp_urls(certificate):
            try:
                self._ocsps[_der(certificate)] = await self._fetch_ocsp(url, certificate, issuer)
            except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
                failures.append(f"{host_of(url)}: {_why(error)}")
            else:
                self._covers.clear()
                return
        raise RevocationUnavailable(f"no revocation data for {name}: {'; '.join(failures) or 'it names no source'}")

    async def _fetch_crl(self, url: str, issuer: x509.Certificate) -> _Kept:
        crl = x509.load_der_x509_crl(_checked(await self._client.get(url)))
        if crl.issuer != issuer.subject or not crl.is_signature_valid(_public_key(issuer)):
            raise ValueError(f"the list is not signed by {issuer.subject.rfc4514_string()}")
        return _keep(crl.public_bytes(serialization.Encoding.DER), crl.next_update_utc)

    async def _fetch_ocsp(self, url: str, certificate: x509.Certificate, issuer: x509.Certificate) -> _Kept:
        request = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, hashes.SHA256()).build()
        body = request.public_bytes(serialization.Encoding.DER)
        headers = {"content-type": "application/ocsp-request"}
        answer = ocsp.load_der_ocsp_response(_checked(await self._client.post(url, content=body, headers=headers)))
        if answer.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
            raise ValueError(f"the responder says {answer.response_status.name}")
        return _keep(answer.public_bytes(serialization.Encoding.DER), answer.next_update_utc)


def _why(error: Exception) -> str:
    """What may be told: an HTTP error's text may hold the address, and that a secret."""
    return str(error) if type(error) is ValueError else type(error).__name__


def _keep(der: bytes, next_update: datetime | None) -> _Kept:
    now = datetime.now(UTC)
    return _Kept(der, now, next_update or now + REFRESH)


def _checked(response: httpx.Response) -> bytes:
    response.raise_for_status()
    if len(response.content) > MAX_ANSWER:
        raise ValueError(f"more than {MAX_ANSWER} bytes")
    return response.content


def _public_key(issuer: x509.Certificate) -> CertificateIssuerPublicKeyTypes:
    key = issuer.public_key()
    if not isinstance(key, CertificateIssuerPublicKeyTypes):
        raise ValueError(f"{issuer.subject.rfc4514_string()} can't sign lists with its key")  # noqa: TRY004 - bad data
    return key


def _issuer_name(certificate: x509.Certificate) -> bytes:
    return certificate.issuer.public_bytes()


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.DER)
