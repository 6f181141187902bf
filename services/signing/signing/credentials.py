"""Where the seal's key lives: in a PEM file here, in a hardware module behind `hardware_key.py`."""

import hashlib
import stat
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from signing.errors import CredentialProblem

_OWNER_ONLY = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True)
class SealChain:
    """A seal's certificate and its issuers up to the root (DER)."""

    certificate: bytes = field(repr=False)
    issuers: tuple[bytes, ...] = field(repr=False)


class PemSealKey:
    """A key from a PKCS#8 PEM file that nobody but its owner may read, with its certificate chain."""

    def __init__(self, key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey, chain: Sequence[x509.Certificate]) -> None:
        self._key = key
        self._chain = tuple(certificate.public_bytes(serialization.Encoding.DER) for certificate in chain)

    def __repr__(self) -> str:
        return f"PemSealKey(certificate_sha256={hashlib.sha256(self.certificate).hexdigest()})"

    @property
    def certificate(self) -> bytes:
        return self._chain[0]

    @property
    def chain(self) -> Sequence[bytes]:
        return self._chain[1:]

    def sign(self, data: bytes) -> bytes:
        if isinstance(self._key, ec.EllipticCurvePrivateKey):
            return self._key.sign(data, ec.ECDSA(hashes.SHA256()))
        return self._key.sign(data, padding.PKCS1v15(), hashes.SHA256())


def load_chain(chain_file: Path, now: datetime | None = None) -> SealChain:
    """Read a chain whose key lives elsewhere. Raises CredentialProblem as `load_pem` does."""
    try:
        chain = x509.load_pem_x509_certificates(chain_file.read_bytes())
    except OSError as error:
        raise CredentialProblem(f"{error.filename}: {error.strerror}") from None
    except ValueError:
        raise CredentialProblem(f"{chain_file} holds no PEM certificates") from None
    _check_chain(chain, now or datetime.now(UTC))
    first, *others = (certificate.public_bytes(serialization.Encoding.DER) for certificate in chain)
    return SealChain(first, tuple(others))


def load_pin(pin_file: Path) -> str:
    """Read a PIN that nobody but its owner may read. Raises CredentialProblem."""
    try:
        if pin_file.stat().st_mode & _OWNER_ONLY:
            raise CredentialProblem(f"{pin_file} is readable by others: chmod 600 it")
        return pin_file.read_text().strip()
    except OSError as error:
        raise CredentialProblem(f"{error.filename}: {error.strerror}") from None


def fits(public: ec.EllipticCurvePublicKey | rsa.RSAPublicKey, signature: bytes, data: bytes = b"") -> bool:
    """Whether a signature over these data is one by the key of this certificate."""
    try:
        if isinstance(public, rsa.RSAPublicKey):
            public.verify(signature, data, padding.PKCS1v15(), hashes.SHA256())
        else:
            public.verify(signature, data, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def load_pem(key_file: Path, chain_file: Path, now: datetime | None = None) -> PemSealKey:
    """Read key and chain (seal certificate first, then its issuers up to the root).

    Raises CredentialProblem, with what to do, when a file is missing or readable by others, when key and certificate do
    not belong together, when a certificate is out of its time, not issued by the next one, or not made for seals.
    """
    try:
        mode = key_file.stat().st_mode
        if mode & _OWNER_ONLY:
            raise CredentialProblem(f"{key_file} is readable by others: chmod 600 it")
        key = serialization.load_pem_private_key(key_file.read_bytes(), password=None)
        chain = x509.load_pem_x509_certificates(chain_file.read_bytes())
    except OSError as error:
        raise CredentialProblem(f"{error.filename}: {error.strerror}") from None
    except (ValueError, TypeError):
        raise CredentialProblem(f"{key_file} or {chain_file} is no unencrypted PEM: export it as PKCS#8 PEM") from None
    if not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise CredentialProblem(
            f"{key_file} holds neither an ECDSA nor an RSA key, the algorithms ETSI TS 119 312 lists"
        )
    if key.public_key() != chain[0].public_key():
        raise CredentialProblem(f"{key_file} is not the key of the first certificate in {chain_file}")
    _check_chain(chain, now or datetime.now(UTC))
    return PemSealKey(key, chain)


def _check_chain(chain: list[x509.Certificate], now: datetime) -> None:
    for certificate in chain:
        if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
            raise CredentialProblem(
                f"{certificate.subject.rfc4514_string()} is valid until {certificate.not_valid_after_utc}"
            )
    for certificate, issuer in zip(chain, [*chain[1:], chain[-1]], strict=True):
        try:
            certificate.verify_directly_issued_by(issuer)
        except (ValueError, TypeError, InvalidSignature):
            name = certificate.subject.rfc4514_string()
            raise CredentialProblem(
                f"{name} is not issued by the next certificate: order the chain up to its root"
            ) from None
    try:
        usage = chain[0].extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        raise CredentialProblem(
            "the seal's certificate has no key usage: ask its issuer for one with nonRepudiation"
        ) from None
    if not usage.content_commitment:
        raise CredentialProblem("the seal's certificate lacks the key usage nonRepudiation (contentCommitment)")
