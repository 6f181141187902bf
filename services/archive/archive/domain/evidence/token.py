"""A time-stamp token (RFC 3161, RFC 5816): what it says, and whether that holds."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from asn1crypto import cms, tsp
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from archive.domain.evidence.der import SEQUENCE, context, element, members, set_of
from archive.domain.evidence.trust import ChainRefused, Lists, Trust, chain_of, check

_CERTIFICATES, _LISTS = context(0), context(1)
"""Of SignedData (RFC 5652, §5.1)."""
_HASHES: dict[str, type[hashes.HashAlgorithm]] = {
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}


_UNREADABLE = Exception
"""Over damaged bytes, asn1crypto and cryptography raise whatever they meet: a dozen kinds were seen."""


class TokenRefused(ValueError):
    """The token is not one, or does not hold; the message says why."""


@dataclass(frozen=True)
class Token:
    """A token whose structure was read; `der` is its ContentInfo, `at` the time it states."""

    der: bytes = field(repr=False)
    algorithm: str
    imprint: bytes
    at: datetime
    nonce: int | None
    signer: x509.Certificate
    certificates: tuple[x509.Certificate, ...]
    lists: tuple[x509.CertificateRevocationList, ...]

    @classmethod
    def read(cls, der: bytes) -> "Token":
        """Read it. Raises TokenRefused when it is no token or brings no certificate of its signer."""
        try:
            signed = _signed_data(der)
            info = signed["encap_content_info"]["content"].parsed
            certificates = tuple(x509.load_der_x509_certificate(each) for each in _carried(der, _CERTIFICATES))
            lists = tuple(x509.load_der_x509_crl(each) for each in _carried(der, _LISTS))
            sid = signed["signer_infos"][0]["sid"].chosen
            serial, issuer = sid["serial_number"].native, sid["issuer"].dump()
            signer = next(
                each for each in certificates if each.serial_number == serial and each.issuer.public_bytes() == issuer
            )
            return cls(
                der=der,
                algorithm=info["message_imprint"]["hash_algorithm"]["algorithm"].native,
                imprint=info["message_imprint"]["hashed_message"].native,
                at=info["gen_time"].native,
                nonce=info["nonce"].native,
                signer=signer,
                certificates=certificates,
                lists=lists,
            )
        except StopIteration:
            raise TokenRefused("the time-stamp brings no certificate of who signed it") from None
        except _UNREADABLE as error:
            raise TokenRefused(f"not a time-stamp token: {error}") from error

    def verify(self, trust: Trust, at: datetime, *, lists: Lists = (), current_at: datetime | None = None) -> None:
        """That it holds at a moment, by the revocation lists it carries and `lists`. Raises TokenRefused.

        The lists must have been current when it was made, or at `current_at`.
        """
        self.verify_signature()
        try:
            usage = self.signer.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
        except _UNREADABLE as error:
            raise TokenRefused(f"its signer's certificate does not say what it is for: {error}") from error
        if not usage.critical or list(usage.value) != [ExtendedKeyUsageOID.TIME_STAMPING]:
            raise TokenRefused("its signer's certificate is not for time-stamps alone (RFC 3161, §2.3)")
        try:
            chain = chain_of(self.signer, self.certificates, trust)
            check(chain, (*self.lists, *lists), stamped_at=self.at, at=at, current_at=current_at or self.at)
        except ChainRefused as error:
            raise TokenRefused(f"the time-stamp of {self.at:%Y-%m-%d}: {error}") from error

    def verify_signature(self) -> None:
        try:
            signed = _signed_data(self.der)
            content = signed["encap_content_info"]["content"].contents
            (signer,) = signed["signer_infos"]
            attributes = {each["type"].native: each["values"] for each in signer["signed_attrs"]}
            algorithm = _HASHES[signer["digest_algorithm"]["algorithm"].native]()
            digest = hashlib.new(algorithm.name, content).digest()
            named = attributes["signing_certificate_v2"][0]["certs"][0]
            certificate = hashlib.new(
                named["hash_algorithm"]["algorithm"].native, self.signer.public_bytes(Encoding.DER)
            ).digest()
            attested = b"\x31" + signer["signed_attrs"].dump()[1:]  # RFC 5652, §5.4: signed as a SET OF
            holds = (
                signed["encap_content_info"]["content_type"].native == "tst_info"
                and attributes["content_type"][0].native == "tst_info"
                and attributes["message_digest"][0].native == digest
                and named["cert_hash"].native == certificate
            )
            key, signature = self.signer.public_key(), signer["signature"].native
        except _UNREADABLE as error:
            raise TokenRefused(f"not a time-stamp token that can be checked: {error!r}") from error
        if not holds:
            raise TokenRefused("the time-stamp's attributes do not fit what it says or who signed it")
        try:
            if isinstance(key, ec.EllipticCurvePublicKey):
                key.verify(signature, attested, ec.ECDSA(algorithm))
            elif isinstance(key, rsa.RSAPublicKey):
                key.verify(signature, attested, padding.PKCS1v15(), algorithm)
            else:
                raise TokenRefused("a signature of this kind is not read: ECDSA and RSA (PKCS #1) are")
        except InvalidSignature:
            raise TokenRefused("the signature of the time-stamp does not hold") from None

    def with_lists(self, lists: Lists) -> "Token":
        """The same token carrying these revocation lists, unsigned beside the signature, as DER (RFC 4998, §5.1).

        What is renewed must carry what proves it: nobody can ask an authority of ten years ago.
        """
        kind, parts = _parts(self.der)
        parts = [part for part in parts if part[0] not in (_CERTIFICATES, _LISTS)]
        certificates = set_of(_CERTIFICATES, {each.public_bytes(Encoding.DER) for each in self.certificates})
        kept = set_of(_LISTS, {each.public_bytes(Encoding.DER) for each in lists})
        *before, (_, signers) = parts
        content = element(SEQUENCE, *(part for _, part in before), certificates, kept if lists else b"", signers)
        return Token.read(element(SEQUENCE, kind, element(context(0), content)))


def _parts(der: bytes) -> tuple[bytes, list[tuple[int, bytes]]]:
    """The content type, and tag and bytes of each part of the SignedData. Raises ValueError."""
    kind, wrapped = (member for _, member in members(der))
    ((_, signed),) = members(wrapped)
    return kind, list(members(signed))


def _carried(der: bytes, tag: int) -> list[bytes]:
    """What a token carries under a tag, as it stands there: a library that encodes it anew may encode it otherwise."""
    return [each for part, data in _parts(der)[1] if part == tag for _, each in members(data)]


def _signed_data(der: bytes) -> Any:
    token = cast(Any, cms.ContentInfo.load(der, strict=True))
    if token["content_type"].native != "signed_data":
        raise TokenRefused("a time-stamp token is signed data")
    return token["content"]


def request(digest: bytes, nonce: int) -> bytes:
    """The DER request for a token over a SHA-256 digest (RFC 3161, §2.4.1)."""
    imprint = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": digest}
    return tsp.TimeStampReq({"version": 1, "message_imprint": imprint, "nonce": nonce, "cert_req": True}).dump()


def answered(answer: bytes, digest: bytes, nonce: int) -> Token:
    """The token of a response, once it is shown to be about what was asked. Raises TokenRefused."""
    try:
        response = cast(Any, tsp.TimeStampResp.load(answer, strict=True))
        status = response["status"]["status"].native
        der = next((data for _, data in list(members(answer))[1:]), b"")
    except (ValueError, TypeError, KeyError) as error:
        raise TokenRefused(f"not a time-stamp response: {error}") from error
    if status not in ("granted", "granted_with_mods"):
        raise TokenRefused(f"the authority refuses to stamp: {status}")
    found = Token.read(der)
    if (found.algorithm, found.imprint, found.nonce) != ("sha256", digest, nonce):
        raise TokenRefused("the authority stamped something else than what was asked for")
    return found
