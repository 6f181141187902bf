"""A small RFC 3161 time-stamp unit over ECDSA P-256.

Load runs ask for thousands of tokens, and a general ASN.1 library spends about 9 ms building one: here the parts that
never change are encoded once and only imprint, serial number, time, digest and signature are put in.
"""

import hashlib
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from asn1crypto import algos, cms, core, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from local_stack.pki.vault import Identity

POLICY: Final = "1.3.6.1.4.1.32473.1.1"
"""Under the documentation arc of RFC 5612: this unit follows no published policy."""
DIGESTS: Final = {"sha256": 32, "sha384": 48, "sha512": 64}
MAX_REQUEST: Final = 4096

_SEQUENCE, _SET, _OCTETS, _INTEGER, _UTC_TIME, _TIME = 0x30, 0x31, 0x04, 0x02, 0x17, 0x18
_VERSION_1, _VERSION_3 = b"\x02\x01\x01", b"\x02\x01\x03"


class TimeStampUnit:
    """Stamps requests with one key; serial numbers are random, so several processes may share it."""

    def __init__(
        self, unit: Identity, issuers: list[x509.Certificate], clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._key = unit.key
        self._clock = clock
        der = unit.certificate.public_bytes(serialization.Encoding.DER)
        parsed = asn1_x509.Certificate.load(der)
        self._sid = cms.IssuerAndSerialNumber({"issuer": parsed.issuer, "serial_number": parsed.serial_number}).dump()
        chain = [der, *(issuer.public_bytes(serialization.Encoding.DER) for issuer in issuers)]
        self._certificates = _tlv(0xA0, b"".join(chain))
        signing_certificate = _tlv(
            _SEQUENCE, _tlv(_SEQUENCE, _tlv(_SEQUENCE, _tlv(_OCTETS, hashlib.sha256(der).digest())))
        )
        self._constant_attributes = [
            _attribute("1.2.840.113549.1.9.3", _oid(_TST_INFO)),
            # RFC 5816: ESSCertIDv2 with the default SHA-256
            _attribute("1.2.840.113549.1.9.16.2.47", signing_certificate),
        ]

    def answer(self, request: bytes) -> bytes:
        """The DER `TimeStampResp` to a DER `TimeStampReq` (RFC 3161 §2.4); a rejection where none can be granted."""
        try:
            asked = tsp.TimeStampReq.load(request, strict=True)
            imprint = asked["message_imprint"]
            algorithm = str(imprint["hash_algorithm"]["algorithm"].native)
            digest: bytes = imprint["hashed_message"].native
            policy, nonce, with_certificates = asked["req_policy"].native, asked["nonce"], asked["cert_req"].native
        except (ValueError, TypeError, KeyError):
            return _rejection("bad_data_format")
        if algorithm not in DIGESTS:
            return _rejection("bad_alg")
        if len(digest) != DIGESTS[algorithm]:
            return _rejection("bad_data_format")
        if policy not in (None, POLICY):
            return _rejection("unaccepted_policy")
        nonce_der = nonce.dump() if nonce.native is not None else b""
        token = self._token(algorithm, digest, nonce_der, with_certificates=bool(with_certificates))
        return _tlv(_SEQUENCE, _GRANTED + token)

    def _token(self, algorithm: str, digest: bytes, nonce: bytes, *, with_certificates: bool) -> bytes:
        now = self._clock()
        serial = (secrets.randbits(62) | 1 << 62).to_bytes(8, "big")
        info = _tlv(
            _SEQUENCE,
            _VERSION_1
            + _oid(POLICY)
            + _tlv(_SEQUENCE, _ALGORITHMS[algorithm] + _tlv(_OCTETS, digest))
            + _tlv(_INTEGER, serial)
            + _tlv(_TIME, now.strftime("%Y%m%d%H%M%SZ").encode())
            + _ACCURACY
            + nonce,
        )
        attributes = [
            *self._constant_attributes,
            _attribute("1.2.840.113549.1.9.4", _tlv(_OCTETS, hashlib.sha256(info).digest())),
            _attribute("1.2.840.113549.1.9.5", _tlv(_UTC_TIME, now.strftime("%y%m%d%H%M%SZ").encode())),
        ]
        signed = b"".join(sorted(attributes))  # DER: a SET OF stands in the order of its encodings
        signature = self._key.sign(_tlv(_SET, signed), ec.ECDSA(hashes.SHA256()))
        sha256 = _ALGORITHMS["sha256"]
        signer = _tlv(
            _SEQUENCE,
            _VERSION_1 + self._sid + sha256 + _tlv(0xA0, signed) + _ECDSA_SHA256 + _tlv(_OCTETS, signature),
        )
        content = _tlv(_SEQUENCE, _oid(_TST_INFO) + _tlv(0xA0, _tlv(_OCTETS, info)))
        signed_data = _tlv(
            _SEQUENCE,
            _VERSION_3
            + _tlv(_SET, sha256)
            + content
            + (self._certificates if with_certificates else b"")
            + _tlv(_SET, signer),
        )
        return _tlv(_SEQUENCE, _oid("1.2.840.113549.1.7.2") + _tlv(0xA0, signed_data))


def _tlv(tag: int, content: bytes) -> bytes:
    """One DER element with a definite length."""
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content


_OIDS: Final[dict[str, bytes]] = {}


def _oid(dotted: str) -> bytes:
    known = _OIDS.get(dotted)
    if known is None:
        known = _OIDS[dotted] = core.ObjectIdentifier(dotted).dump()
    return known


def _attribute(dotted: str, value: bytes) -> bytes:
    return _tlv(_SEQUENCE, _oid(dotted) + _tlv(_SET, value))


def _rejection(reason: str) -> bytes:
    status = tsp.PKIStatusInfo({"status": "rejection", "fail_info": {reason}})
    return _tlv(_SEQUENCE, status.dump())


_TST_INFO: Final = "1.2.840.113549.1.9.16.1.4"
_ALGORITHMS: Final = {name: algos.DigestAlgorithm({"algorithm": name}).dump() for name in DIGESTS}
_ECDSA_SHA256: Final = algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}).dump()
_GRANTED: Final = tsp.PKIStatusInfo({"status": "granted"}).dump()
_ACCURACY: Final = tsp.Accuracy({"seconds": 1}).dump()
