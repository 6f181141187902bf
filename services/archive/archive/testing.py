"""Doubles of the world outside, for tests and figures: time-stamping authorities of several generations.

Nothing in the product imports this module.
"""

from datetime import datetime, timedelta

import httpx
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from archive.domain.evidence.token import Token, answered, request
from local_stack.pki.timestamps import TimeStampUnit
from local_stack.pki.vault import Identity
from mesh.clock import Clock

YEAR = timedelta(days=365)


def _signed(
    name: str, key: ec.EllipticCurvePrivateKey, issuer: Identity | None, begin: datetime, end: datetime, *, unit: bool
) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(not unit, None), critical=True)
    )
    if unit:
        purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        builder = builder.add_extension(purpose, critical=True)
    if issuer:
        place = x509.UniformResourceIdentifier(f"http://pki.test/{issuer.certificate.subject.rfc4514_string()[3:]}.crl")
        point = x509.DistributionPoint([place], None, None, None)
        builder = builder.add_extension(x509.CRLDistributionPoints([point]), critical=False)
    return builder.sign(issuer.key if issuer else key, hashes.SHA256())


class Generation:
    """A root, an authority under it and its time-stamp unit, which is good for `years` from `begin`."""

    def __init__(self, name: str, begin: datetime, years: float) -> None:
        self.now = begin
        root_key, authority_key, unit_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(3))
        end = begin + 30 * YEAR
        self.root = Identity(_signed(f"{name} Root", root_key, None, begin, end, unit=False), root_key)
        self.authority = Identity(
            _signed(f"{name} CA", authority_key, self.root, begin, end, unit=False), authority_key
        )
        certificate = _signed(f"{name} Unit", unit_key, self.authority, begin, begin + years * YEAR, unit=True)
        self.unit = Identity(certificate, unit_key)
        self.revoked: dict[int, tuple[datetime, x509.ReasonFlags]] = {}
        self._stamps = TimeStampUnit(self.unit, [self.authority.certificate], lambda: self.now)

    def answer(self, asked: bytes) -> bytes:
        """The response to a time-stamp request."""
        return self._stamps.answer(asked)

    def stamp(self, digest: bytes, at: datetime | None = None) -> Token:
        """A token over a digest that carries the lists of that moment."""
        self.now = at or self.now
        return answered(self.answer(request(digest, 7)), digest, 7).with_lists(self.lists(self.now))

    def revoke(self, whom: Identity, at: datetime, reason: x509.ReasonFlags) -> None:
        """Put a certificate on its issuer's list."""
        self.revoked[whom.certificate.serial_number] = (at, reason)

    def lists(self, at: datetime) -> list[x509.CertificateRevocationList]:
        """The lists of both authorities as they are at a moment; each is good for a week."""
        return [self._list(issuer, at) for issuer in (self.root, self.authority)]

    def _list(self, issuer: Identity, at: datetime) -> x509.CertificateRevocationList:
        builder = x509.CertificateRevocationListBuilder().issuer_name(issuer.certificate.subject)
        builder = builder.last_update(at).next_update(at + timedelta(days=7))
        for serial, (when, reason) in self.revoked.items():
            if when <= at:
                entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(when)
                builder = builder.add_revoked_certificate(entry.add_extension(x509.CRLReason(reason), False).build())
        return builder.sign(issuer.key, hashes.SHA256())


class Outside(httpx.AsyncBaseTransport):
    """The world's authorities: `tsa.test/NAME` stamps, `pki.test/NAME Root.crl` lists, all at the desk's time.

    Who is `down` does not answer, who is `unlisted` stamps and lists nothing; lists stay as they were at `listed_at`.
    """

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.generations: dict[str, Generation] = {}
        self.down: set[str] = set()
        self.unlisted: set[str] = set()
        self.listed_at: datetime | None = None
        self.stamped = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        name = request.url.path.removeprefix("/").partition(" ")[0]
        generation = self.generations.get(name)
        if generation is None or name in self.down:
            raise httpx.ConnectError("nobody answers", request=request)
        generation.now = self.clock.now()
        if request.url.host == "tsa.test":
            self.stamped += 1
            return httpx.Response(200, content=generation.answer(await request.aread()))
        if name in self.unlisted:
            raise httpx.ConnectError("nobody lists", request=request)
        found = generation.lists(self.listed_at or generation.now)[request.url.path.endswith("CA.crl")]
        return httpx.Response(200, content=found.public_bytes(Encoding.DER))
