"""A CMS SignedData with one signer (RFC 5652) and, where its content is one, the time-stamp in it (RFC 3161)."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from signing.verifier.der import Node, encoded, node, whole
from signing.verifier.faults import SealFault, demand

_FORM: Final = "SIGNATURE_FORM"
_BROKEN: Final = "SIGNATURE_BROKEN"
SIGNED_DATA: Final = bytes.fromhex("2a864886f70d010702")
DATA: Final = bytes.fromhex("2a864886f70d010701")
TST_INFO: Final = bytes.fromhex("2a864886f70d0109100104")
_CONTENT_TYPE: Final = bytes.fromhex("2a864886f70d010903")
_MESSAGE_DIGEST: Final = bytes.fromhex("2a864886f70d010904")
_CERTIFICATE_V1: Final = bytes.fromhex("2a864886f70d010910020c")
_CERTIFICATE_V2: Final = bytes.fromhex("2a864886f70d010910022f")
_TIME_STAMP: Final = bytes.fromhex("2a864886f70d010910020e")
_DIGESTS: Final[dict[bytes, tuple[str, hashes.HashAlgorithm]]] = {
    bytes.fromhex("608648016503040201"): ("sha256", hashes.SHA256()),
    bytes.fromhex("608648016503040202"): ("sha384", hashes.SHA384()),
    bytes.fromhex("608648016503040203"): ("sha512", hashes.SHA512()),
}
_NULL: Final = b"\x05\x00"
_DIGEST_FORMS: Final = frozenset(encoded(0x30, encoded(6, kind), end) for kind in _DIGESTS for end in (b"", _NULL))
_RSA: Final = frozenset(  # rsaEncryption, or the one with this digest (RFC 4055, RFC 5754)
    encoded(0x30, encoded(6, bytes.fromhex("2a864886f70d0101" + last)), _NULL) for last in ("01", "0b", "0c", "0d")
)
_ECDSA: Final = {
    "sha256": encoded(0x30, encoded(6, bytes.fromhex("2a8648ce3d040302"))),
    "sha384": encoded(0x30, encoded(6, bytes.fromhex("2a8648ce3d040303"))),
    "sha512": encoded(0x30, encoded(6, bytes.fromhex("2a8648ce3d040304"))),
}
_TIME: Final = re.compile(rb"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d+))?Z")
_SHA256_HASH: Final = bytes.fromhex("608648016503040201")


@dataclass(frozen=True)
class Signed:
    """A signature that fits its certificate. Certificates are DER, the signer's own first."""

    certificate: bytes = field(repr=False)
    others: tuple[bytes, ...] = field(repr=False)
    signature: bytes = field(repr=False)
    time_stamp: bytes | None = field(repr=False)


@dataclass(frozen=True)
class Stamped:
    """A time-stamp token that fits its certificate, and the time it states (UTC)."""

    signed: Signed
    at: datetime


def verify_detached(cms: bytes, digest: bytes) -> Signed:
    """The signature over content with this SHA-256 digest. Raises SealFault."""
    return _verified(cms, _signed_data(cms)[0], DATA, digest, None)


def verify_stamp(token: bytes, stamped: bytes) -> Stamped:
    """The time-stamp over data of this SHA-256 digest. Raises SealFault."""
    members, content = _signed_data(token)
    if content is None:
        raise SealFault(_FORM, "a time-stamp without content")
    _, _, imprint, _, time, *_ = whole(content).members()
    algorithm, hashed = imprint.members()
    demand(
        algorithm.members()[0].content == _SHA256_HASH and hashed.content == stamped,
        "TIME_STAMP_MISMATCH",
        "the time-stamp is one of something else",
    )
    found = _verified(token, members, TST_INFO, None, content)
    return Stamped(found, _moment(time))


def _signed_data(cms: bytes) -> tuple[list[Node], bytes | None]:
    members = _parts(whole(cms), 2)[1].inner().members()
    _, *content = members[2].members()
    return members, content[0].inner().content if content else None


def _verified(
    cms: bytes, members: list[Node], content_type: bytes, digest: bytes | None, content: bytes | None
) -> Signed:
    """Checks the one signer of a SignedData that has these members.

    No signature covers all of these bytes, so they must be exactly what the parts that are checked make up.
    """
    demand(len(members) == 5, _FORM, "the signature brings something else than certificates")
    version, _, _, bag, signers = members
    signer = signers.inner().members()
    demand(len(signer) in (6, 7), _FORM, "the signer has other parts")
    _, sid, digest_algorithm, signed, algorithm, signature, *unsigned = signer
    name, hashing = _digest(digest_algorithm)
    if content is not None:
        digest = hashlib.new(name, content).digest()
    else:
        demand(name == "sha256", _FORM, "the signature's digest is not SHA-256")
    attributes = _attributes(signed)
    demand(_one(attributes, _CONTENT_TYPE).content == content_type, _BROKEN, "the content type differs")
    demand(_one(attributes, _MESSAGE_DIGEST).content == digest, _BROKEN, "the digest of what was signed differs")
    certificates = [member.der for member in bag.members()]
    certificate = _signer(certificates, sid, attributes)
    _verify(certificate, signature.content, b"\x31" + signed.der[1:], hashing, algorithm)
    stamp = _attributes(unsigned[0]).get(_TIME_STAMP) if unsigned else None
    demand(version.der in (b"\x02\x01\x01", b"\x02\x01\x03"), _FORM, "a version nobody knows")
    found = Signed(
        certificate,
        tuple(each for each in certificates if each != certificate),
        signature.content,
        stamp.der if stamp else None,
    )
    demand(bool(unsigned) == bool(stamp), _FORM, "an unsigned attribute that is no time-stamp")
    kept = encoded(0xA1, encoded(0x30, encoded(6, _TIME_STAMP), encoded(0x31, stamp.der))) if stamp else b""
    issuer, serial = _named(certificate)[0], _parts(sid, 2)[1].content
    one = encoded(
        0x30,
        b"\x02\x01\x01",
        encoded(0x30, issuer, encoded(2, serial)),
        digest_algorithm.der,
        encoded(0xA0, signed.content),
        algorithm.der,
        encoded(4, signature.content),
        kept,
    )
    wrapped = encoded(0xA0, encoded(4, content)) if content is not None else b""
    meant = encoded(
        0x30,
        version.der,
        encoded(0x31, digest_algorithm.der),
        encoded(0x30, encoded(6, content_type), wrapped),
        encoded(0xA0, *certificates),
        encoded(0x31, one),
    )
    demand(cms == encoded(0x30, encoded(6, SIGNED_DATA), encoded(0xA0, meant)), _FORM, "the signature has another form")
    return found


def _parts(parent: Node, count: int) -> list[Node]:
    members = parent.members()
    if len(members) != count:
        raise SealFault(_FORM, f"{len(members)} elements where {count} belong")
    return members


def _digest(algorithm: Node) -> tuple[str, hashes.HashAlgorithm]:
    found = _DIGESTS.get(algorithm.members()[0].content)
    if found is None or algorithm.der not in _DIGEST_FORMS:
        raise SealFault("WEAK_ALGORITHM", "the digest is none of SHA-256, SHA-384, SHA-512")
    return found


def _attributes(bag: Node) -> dict[bytes, Node]:
    found: dict[bytes, Node] = {}
    for attribute in bag.members():
        kind, values = _parts(attribute, 2)
        demand(kind.content not in found, _FORM, "an attribute stands there twice")
        found[kind.content] = values.inner()
    return found


def _one(attributes: dict[bytes, Node], kind: bytes) -> Node:
    if kind not in attributes:
        raise SealFault(_FORM, "a signed attribute is missing")
    return attributes[kind]


def _signer(certificates: Sequence[bytes], sid: Node, attributes: dict[bytes, Node]) -> bytes:
    """The certificate that both the signer's identifier and the signed attribute name."""
    version = _CERTIFICATE_V2 if _CERTIFICATE_V2 in attributes else _CERTIFICATE_V1
    named = _one(attributes, version).members()[0].members()[0].members()
    # ESSCertIDv2 names its hash unless that is SHA-256 (RFC 5035, 4)
    method = "sha1" if version == _CERTIFICATE_V1 else "sha256"
    if version == _CERTIFICATE_V2 and named[0].tag == 0x30:
        method = _digest(named.pop(0))[0]
    issuer, serial = _parts(sid, 2)
    wanted = issuer.der, int.from_bytes(serial.content, "big", signed=True)
    for der in certificates:
        if _named(der) == wanted:
            demand(hashlib.new(method, der).digest() == named[0].content, _BROKEN, "another certificate was signed")
            return der
    raise SealFault(_FORM, "the signer's certificate is missing")


def _verify(der: bytes, signature: bytes, data: bytes, hashing: hashes.HashAlgorithm, algorithm: Node) -> None:
    key, named = loaded(der).public_key(), algorithm.der
    try:
        if isinstance(key, ec.EllipticCurvePublicKey) and named == _ECDSA[hashing.name]:
            demand(_is_strict(signature), _BROKEN, "the signature's value is not in its one form")
            key.verify(signature, data, ec.ECDSA(hashing))
        elif isinstance(key, rsa.RSAPublicKey) and named in _RSA:
            demand(key.key_size >= 2048, "WEAK_ALGORITHM", "the RSA key is shorter than 2048 bits")
            key.verify(signature, data, padding.PKCS1v15(), hashing)
        else:
            raise SealFault("WEAK_ALGORITHM", "the key is neither ECDSA nor RSA")
    except InvalidSignature:
        raise SealFault(_BROKEN, "the signature does not fit its certificate") from None


def _is_strict(signature: bytes) -> bool:
    found = whole(signature)
    return found.tag == 0x30 and [member.tag for member in found.members()] == [2, 2]


def _moment(time: Node) -> datetime:
    written = _TIME.fullmatch(time.content)
    if written is None:
        raise SealFault(_FORM, "the time-stamp's time is not readable")
    try:
        year, month, day, hour, minute, second = map(int, written.groups()[:-1])
        return datetime(year, month, day, hour, minute, second, int((written[7] or b"").ljust(6, b"0")[:6]), UTC)
    except ValueError:
        raise SealFault(_FORM, "the time-stamp's time is none") from None


def value_in(hole: bytes) -> bytes:
    """The DER value in the hexadecimal string that a signature leaves out: its digits are lower case, zeros follow it.

    Raises SealFault: whatever else stood there, no signature would cover it.
    """
    demand(hole[:1] == b"<" and hole[-1:] == b">", "HOLE_FORM", "the signature's value is no string")
    digits = hole[1:-1]
    demand(digits == digits.lower() and len(digits) % 2 == 0, "HOLE_FORM", "its digits are not in one case")
    try:
        value = bytes.fromhex(digits.decode("ascii"))
    except ValueError:
        raise SealFault("HOLE_FORM", "it is not hexadecimal") from None
    end = node(value).end
    demand(not value[end:].strip(b"\0"), "HOLE_FORM", "something else than zeros follows it")
    return value[:end]


@lru_cache(512)
def _named(der: bytes) -> tuple[bytes, int]:
    """The issuer (DER) and the number by which a signature names this certificate. Raises SealFault."""
    certificate = loaded(der)
    return certificate.issuer.public_bytes(), certificate.serial_number


@lru_cache(512)
def loaded(der: bytes) -> x509.Certificate:
    """The certificate of a DER. Raises SealFault."""
    try:
        return x509.load_der_x509_certificate(der)
    except ValueError:
        raise SealFault(_FORM, "a certificate is not readable") from None
