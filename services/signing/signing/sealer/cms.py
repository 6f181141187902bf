"""The CMS of a seal (RFC 5652, ETSI EN 319 122-1): everything but digest, signature and token is known beforehand."""

import hashlib
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from signing.domain.sealing import SealKey
from signing.sealer.der import NULL, OCTET_STRING, SEQUENCE, SET, context, element, identifier, integer, set_of
from signing.sealer.tokens import SHA256, SIGNED_DATA

_DATA: Final = identifier("1.2.840.113549.1.7.1")
_CONTENT_TYPE: Final = identifier("1.2.840.113549.1.9.3")
_MESSAGE_DIGEST: Final = identifier("1.2.840.113549.1.9.4")
_SIGNING_CERTIFICATE_V2: Final = identifier("1.2.840.113549.1.9.16.2.47")
_TIME_STAMP_TOKEN: Final = identifier("1.2.840.113549.1.9.16.2.14")
_ECDSA_WITH_SHA256: Final = element(SEQUENCE, identifier("1.2.840.10045.4.3.2"))
_RSA_ENCRYPTION: Final = element(SEQUENCE, identifier("1.2.840.113549.1.1.1"), NULL)
_DIRECTORY_NAME: Final = context(4)


class SealCms:
    """Builds the signatures of one key. The root is left out: who verifies trusts it already or not at all."""

    def __init__(self, key: SealKey) -> None:
        certificate = x509.load_der_x509_certificate(key.certificate)
        self._key = key
        issuer = certificate.issuer.public_bytes(serialization.Encoding.DER)
        self._signer = element(SEQUENCE, issuer, integer(certificate.serial_number))
        self._attributes = (
            _attribute(_CONTENT_TYPE, _DATA),
            _attribute(
                _SIGNING_CERTIFICATE_V2, _signing_certificate(key.certificate, issuer, certificate.serial_number)
            ),
        )
        is_rsa = isinstance(certificate.public_key(), rsa.RSAPublicKey)
        self._algorithm = _RSA_ENCRYPTION if is_rsa else _ECDSA_WITH_SHA256
        intermediates = [der for der in key.chain if not _is_self_issued(der)]
        self._certificates = element(context(0), key.certificate, *intermediates)

    @property
    def size(self) -> int:
        """How long a signature without a token is at most: what surrounds the certificates is well below 1 KiB."""
        return len(self._certificates) + 1024

    def sign(self, digest: bytes) -> tuple[bytes, bytes]:
        """The signed attributes over the document's SHA-256 digest, and the signature value over them."""
        message = _attribute(_MESSAGE_DIGEST, element(OCTET_STRING, digest))
        attributes = set_of(*self._attributes, message)
        return attributes, self._key.sign(attributes)

    def assemble(self, attributes: bytes, signature: bytes, token: bytes | None) -> bytes:
        """The DER ContentInfo; `token` is the time-stamp over the SHA-256 of `signature`."""
        unsigned = element(context(1), _attribute(_TIME_STAMP_TOKEN, token)) if token else b""
        signer = element(
            SEQUENCE,
            integer(1),
            self._signer,
            SHA256,
            bytes((context(0),)) + attributes[1:],
            self._algorithm,
            element(OCTET_STRING, signature),
            unsigned,
        )
        signed = element(
            SEQUENCE,
            integer(1),
            element(SET, SHA256),
            element(SEQUENCE, _DATA),
            self._certificates,
            element(SET, signer),
        )
        return element(SEQUENCE, SIGNED_DATA, element(context(0), signed))


def _attribute(kind: bytes, value: bytes) -> bytes:
    return element(SEQUENCE, kind, element(SET, value))


def _signing_certificate(der: bytes, issuer: bytes, serial: int) -> bytes:
    """ESSCertIDv2 with the default algorithm SHA-256 (RFC 5035 §3)."""
    names = element(SEQUENCE, element(_DIRECTORY_NAME, issuer))
    certificate_id = element(
        SEQUENCE, element(OCTET_STRING, hashlib.sha256(der).digest()), element(SEQUENCE, names, integer(serial))
    )
    return element(SEQUENCE, element(SEQUENCE, certificate_id))


def _is_self_issued(der: bytes) -> bool:
    certificate = x509.load_der_x509_certificate(der)
    return certificate.subject.public_bytes(serialization.Encoding.DER) == certificate.issuer.public_bytes(
        serialization.Encoding.DER
    )
