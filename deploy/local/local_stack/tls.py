"""A certificate authority of this checkout and the gateway's certificate: TLS as in production.

The authority may only name this machine (name constraints), so trusting it in a browser gives nobody anything else.
"""

from __future__ import annotations

import ipaddress
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from local_stack.layout import Layout

AUTHORITY, AUTHORITY_KEY = "ca.pem", "ca.key"
CERTIFICATE, KEY = "gateway.pem", "gateway.key"
# Browsers refuse a wildcard right under a top-level name, so the names in use are listed as well.
NAMES = ("localhost", "navette.localhost", "mail.localhost", "*.localhost", "*.navette.localhost")
_LOOPBACK = ipaddress.ip_address("127.0.0.1")
_AUTHORITY_LIFE = timedelta(days=3650)
_CERTIFICATE_LIFE = timedelta(days=397)
_RENEWED_BEFORE = timedelta(days=30)


def _name(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Navette local"),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        key_cert_sign=authority,
        crl_sign=authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _write_key(path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(pem)


def _create_authority(folder: Path, now: datetime) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name(f"Navette local CA {now:%Y-%m-%d %H:%M}")
    permitted = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_network("127.0.0.0/8"))]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + _AUTHORITY_LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(authority=True), critical=True)
        .add_extension(x509.NameConstraints(permitted, None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    _write_key(folder / AUTHORITY_KEY, key)
    (folder / AUTHORITY).write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return certificate, key


def _issue(folder: Path, issuer: x509.Certificate, issuer_key: ec.EllipticCurvePrivateKey, now: datetime) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    names = [*(x509.DNSName(name) for name in NAMES), x509.IPAddress(_LOOPBACK)]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(_name("localhost"))
        .issuer_name(issuer.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(min(now + _CERTIFICATE_LIFE, issuer.not_valid_after_utc))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(authority=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
        .sign(issuer_key, hashes.SHA256())
    )
    _write_key(folder / KEY, key)
    (folder / CERTIFICATE).write_bytes(certificate.public_bytes(serialization.Encoding.PEM))


def _read(path: Path) -> x509.Certificate | None:
    return x509.load_pem_x509_certificate(path.read_bytes()) if path.exists() else None


def prepare(layout: Layout, now: datetime | None = None) -> Path:
    """The folder with ca.pem, gateway.pem and gateway.key (P-256); renewed 30 days before its end."""
    now = (now or datetime.now(UTC)).replace(microsecond=0)
    folder = layout.tls
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    authority = _read(folder / AUTHORITY)
    if authority is None or authority.not_valid_after_utc < now + _CERTIFICATE_LIFE:
        authority, key = _create_authority(folder, now)
    else:
        loaded = serialization.load_pem_private_key((folder / AUTHORITY_KEY).read_bytes(), password=None)
        assert isinstance(loaded, ec.EllipticCurvePrivateKey), "we wrote this key ourselves, on P-256"
        key = loaded
    certificate = _read(folder / CERTIFICATE)
    if (
        certificate is None
        or certificate.issuer != authority.subject
        or certificate.not_valid_after_utc < now + _RENEWED_BEFORE
    ):
        _issue(folder, authority, key, now)
    return folder
