"""Makes the certificates: a root, one authority for seals and one for time-stamps, and the end entities.

Everything is ECDSA P-256 with SHA-256, which the ETSI policy (TS 119 312) accepts without an end date.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from local_stack.pki.layout import ISSUER, Layout, Name

DOCUMENT_SIGNING: Final = ObjectIdentifier("1.3.6.1.5.5.7.3.36")
"""id-kp-documentSigning, RFC 9336."""
BACKDATED: Final = timedelta(days=1)
"""Certificates begin in the past, so that a clock a little behind never meets a certificate of the future."""


@dataclass(frozen=True)
class Profile:
    """What sets one certificate apart from the others (RFC 5280 §4.2; RFC 3161 §2.3 for the time-stamp unit)."""

    common_name: str
    days: int
    key_usage: frozenset[str]
    path_length: int | None = None
    purpose: ObjectIdentifier | None = None
    purpose_critical: bool = False
    extra: tuple[x509.ExtensionType, ...] = field(default=())

    @property
    def is_authority(self) -> bool:
        return "key_cert_sign" in self.key_usage


_AUTHORITY: Final = frozenset({"key_cert_sign", "crl_sign"})
_SEAL: Final = frozenset({"digital_signature", "content_commitment"})
_YEAR: Final = 365

PROFILES: Final[dict[Name, Profile]] = {
    Name.ROOT: Profile("Navette Local Root", 25 * _YEAR, _AUTHORITY, path_length=1),
    Name.ISSUING: Profile("Navette Local Seal CA", 20 * _YEAR, _AUTHORITY, path_length=0),
    Name.TSA_CA: Profile("Navette Local Time-Stamp CA", 20 * _YEAR, _AUTHORITY, path_length=0),
    Name.SEAL: Profile("Navette Local Technical Seal", 10 * _YEAR, _SEAL, purpose=DOCUMENT_SIGNING),
    # RFC 3161 §2.3: the one extended key usage of a time-stamp unit is timeStamping, and it is critical.
    Name.TSA: Profile(
        "Navette Local Time-Stamp Unit",
        15 * _YEAR,
        _SEAL,
        purpose=ExtendedKeyUsageOID.TIME_STAMPING,
        purpose_critical=True,
    ),
    Name.OCSP: Profile(
        "Navette Local OCSP Responder",
        10 * _YEAR,
        frozenset({"digital_signature"}),
        purpose=ExtendedKeyUsageOID.OCSP_SIGNING,
        extra=(x509.OCSPNoCheck(),),
    ),
}
_KEY_USAGES: Final = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)


def create(directory: Path, url: str, now: datetime | None = None) -> Layout:
    """Makes a whole PKI in `directory`; one that is already there is kept as it is.

    `url` is the origin written into the certificates as the place of CRLs, OCSP and authorities' certificates.
    """
    layout = Layout(directory)
    if layout.is_complete():
        return layout
    directory.mkdir(parents=True, exist_ok=True)
    begin = (now or datetime.now(UTC)).replace(microsecond=0) - BACKDATED
    keys = {name: ec.generate_private_key(ec.SECP256R1()) for name in Name}
    certificates = {name: _certificate(name, keys, begin, url) for name in Name}
    for name in Name:
        _write_secret(
            layout.key(name),
            keys[name].private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            ),
        )
        layout.certificate(name).write_bytes(_pem(certificates[name]))
    layout.trust.write_bytes(_pem(certificates[Name.ROOT]))
    layout.seal_chain.write_bytes(b"".join(_pem(certificates[name]) for name in (Name.SEAL, Name.ISSUING, Name.ROOT)))
    return layout


def _certificate(
    name: Name, keys: dict[Name, ec.EllipticCurvePrivateKey], begin: datetime, url: str
) -> x509.Certificate:
    profile, issuer = PROFILES[name], ISSUER[name]
    public, issuer_key = keys[name].public_key(), keys[issuer]
    usage: Callable[[str], bool] = profile.key_usage.__contains__
    builder = (
        x509.CertificateBuilder()
        .subject_name(_subject(profile))
        .issuer_name(_subject(PROFILES[issuer]))
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=profile.days))
        .add_extension(x509.BasicConstraints(profile.is_authority, profile.path_length), critical=True)
        .add_extension(x509.KeyUsage(**{word: usage(word) for word in _KEY_USAGES}), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )
    if profile.purpose is not None:
        builder = builder.add_extension(x509.ExtendedKeyUsage([profile.purpose]), critical=profile.purpose_critical)
    for extension in profile.extra:
        builder = builder.add_extension(extension, critical=False)
    if name not in (Name.ROOT, Name.OCSP):  # a root answers to nobody; the responder's certificate says "no check"
        builder = builder.add_extension(_crl_place(f"{url}/crl/{issuer}.crl"), critical=False)
        builder = builder.add_extension(_access(issuer, url), critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


def _subject(profile: Profile) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "FR"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Navette local development"),
            x509.NameAttribute(NameOID.COMMON_NAME, profile.common_name),
        ]
    )


def _crl_place(url: str) -> x509.CRLDistributionPoints:
    place = x509.DistributionPoint([x509.UniformResourceIdentifier(url)], None, None, None)
    return x509.CRLDistributionPoints([place])


def _access(issuer: str, url: str) -> x509.AuthorityInformationAccess:
    places = [(AuthorityInformationAccessOID.CA_ISSUERS, f"{url}/certificates/{issuer}.cer")]
    if issuer == Name.ISSUING:
        places.append((AuthorityInformationAccessOID.OCSP, f"{url}/ocsp"))
    return x509.AuthorityInformationAccess(
        [x509.AccessDescription(method, x509.UniformResourceIdentifier(place)) for method, place in places]
    )


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _write_secret(path: Path, content: bytes) -> None:
    """The file is 0600 from its first byte on, whatever the umask."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(content)
