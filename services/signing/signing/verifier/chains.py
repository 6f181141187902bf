"""From a certificate up to a trusted root, and when all of it stood: validity and revocation (RFC 5280, 6)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID

from signing.verifier.cms import loaded
from signing.verifier.faults import SealFault, demand

_MOST_STEPS: Final = 8
_FOREVER: Final = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Evidence:
    """What chains are built of: certificates, CRLs and OCSP answers of a file, and the roots that are trusted (DER)."""

    certificates: tuple[bytes, ...] = field(repr=False)
    crls: tuple[bytes, ...] = field(repr=False)
    ocsps: tuple[bytes, ...] = field(repr=False)
    trusted: tuple[bytes, ...] = field(repr=False)


@dataclass(frozen=True)
class Standing:
    """When a certificate and all its issuers stood. `is_known` is False where nothing says whether one was revoked."""

    since: datetime
    until: datetime
    is_known: bool


@lru_cache(256)
def standing(certificate: bytes, evidence: Evidence, *, stamps: bool) -> Standing:
    """When this certificate stood; `stamps` asks for one of a time-stamping authority. Raises SealFault.

    The same certificates and lists come with every seal of a day, so this is nearly always known.
    """
    current, found = loaded(certificate), Standing(datetime.min.replace(tzinfo=UTC), _FOREVER, is_known=True)
    _check_use(current, stamps=stamps)
    trusted = [loaded(der) for der in evidence.trusted]
    candidates = [*trusted, *(loaded(der) for der in evidence.certificates)]
    authorities = 0
    for _ in range(_MOST_STEPS):
        since = max(found.since, current.not_valid_before_utc)
        until = min(found.until, current.not_valid_after_utc)
        if current in trusted:
            return Standing(since, until, found.is_known)
        issuer = _issuer(current, candidates, authorities)
        revoked, until_told = _status(current, issuer, evidence)
        known = found.is_known and until_told is not None
        found = Standing(since, min(until, revoked or _FOREVER, until_told or _FOREVER), known)
        current = issuer
        authorities += current.subject != current.issuer
    raise SealFault("UNTRUSTED", "the chain of certificates is too long")


@lru_cache(256)
def check_bag(others: tuple[bytes, ...], evidence: Evidence) -> None:
    """Certificates that a signature brings beside its own are covered by no signature: each must be an issued one.

    Raises SealFault.
    """
    candidates = [*map(loaded, evidence.trusted), *map(loaded, evidence.certificates)]
    for der in others:
        if der not in evidence.trusted:
            _issuer(loaded(der), candidates)


def _check_use(certificate: x509.Certificate, *, stamps: bool) -> None:
    try:
        if stamps:
            use = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
            only = list(use.value) == [ExtendedKeyUsageOID.TIME_STAMPING]
            demand(only and use.critical, "WRONG_USE", "the certificate is none for stamps (RFC 3161, 2.3)")
        else:
            usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
            demand(usage.content_commitment, "WRONG_USE", "the certificate is none for seals")
    except x509.ExtensionNotFound:
        raise SealFault("WRONG_USE", "the certificate does not say what it is for") from None


def _issuer(
    certificate: x509.Certificate, candidates: list[x509.Certificate], authorities: int = 0
) -> x509.Certificate:
    """Who issued it, and may with so many authorities (not counting self-issued ones) between it and the chain's end.

    Raises SealFault.
    """
    for candidate in candidates:
        if candidate.subject == certificate.issuer and candidate != certificate:
            try:
                certificate.verify_directly_issued_by(candidate)
                constraints = candidate.extensions.get_extension_for_class(x509.BasicConstraints).value
                usage = _usage(candidate)
            except (ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound):
                continue
            is_short = constraints.path_length is None or authorities <= constraints.path_length
            if constraints.ca and is_short and (usage is None or usage.key_cert_sign):
                return candidate
    raise SealFault("UNTRUSTED", f"no trusted issuer of {certificate.subject.rfc4514_string()}")


def _usage(certificate: x509.Certificate) -> x509.KeyUsage | None:
    """What its key may do; None where it does not say, which restricts nothing (RFC 5280, 4.2.1.3)."""
    try:
        return certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return None


def _status(
    certificate: x509.Certificate, issuer: x509.Certificate, evidence: Evidence
) -> tuple[datetime | None, datetime | None]:
    """When it was first said to be revoked, and until when its status is told; both None where nobody says.

    What names no next update tells the status of its own moment only.
    """
    revoked: list[datetime] = []
    told: list[datetime] = []
    for crl in _lists(evidence, issuer):
        entry = crl.get_revoked_certificate_by_serial_number(certificate.serial_number)
        if entry:
            revoked.append(entry.revocation_date_utc)
        told.append(crl.next_update_utc or crl.last_update_utc)
    for answer in _answers(evidence, issuer):
        if answer.serial_number == certificate.serial_number:
            demand(answer.certificate_status is not ocsp.OCSPCertStatus.UNKNOWN, "UNTRUSTED", "its status is unknown")
            if answer.revocation_time_utc:
                revoked.append(answer.revocation_time_utc)
            told.append(answer.next_update_utc or answer.this_update_utc)
    return min(revoked, default=None), max(told, default=None)


def _lists(evidence: Evidence, issuer: x509.Certificate) -> Iterator[x509.CertificateRevocationList]:
    """CRLs that the issuer has signed, and may sign, about all of its certificates."""
    key, usage = issuer.public_key(), _usage(issuer)
    if not isinstance(key, ec.EllipticCurvePublicKey | rsa.RSAPublicKey) or (usage and not usage.crl_sign):
        return
    for der in evidence.crls:
        crl = x509.load_der_x509_crl(der)
        if crl.issuer == issuer.subject and crl.is_signature_valid(key) and not _is_partial(crl):
            yield crl


def _is_partial(crl: x509.CertificateRevocationList) -> bool:
    """Whether it leaves certificates out or speaks of other issuers' ones (RFC 5280, 5.2.4 and 5.2.5)."""
    for extension in crl.extensions:
        point = extension.value
        if isinstance(point, x509.IssuingDistributionPoint) and (
            point.only_contains_user_certs
            or point.only_contains_ca_certs
            or point.only_contains_attribute_certs
            or point.only_some_reasons
            or point.indirect_crl
        ):
            return True
        if isinstance(point, x509.DeltaCRLIndicator):
            return True
    return False


def _answers(evidence: Evidence, issuer: x509.Certificate) -> Iterator[ocsp.OCSPResponse]:
    """OCSP answers that the issuer, or a responder it appointed (RFC 6960, 4.2.2.2), has signed."""
    for der in evidence.ocsps:
        answer = ocsp.load_der_ocsp_response(der)
        if answer.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
            continue
        for responder in (issuer, *answer.certificates):
            if responder is not issuer and not _is_appointed(responder, issuer):
                continue
            if _signed(answer, responder):
                yield answer
                break


def _is_appointed(responder: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        responder.verify_directly_issued_by(issuer)
        use = responder.extensions.get_extension_for_oid(ExtensionOID.EXTENDED_KEY_USAGE).value
    except (ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound):
        return False
    return isinstance(use, x509.ExtendedKeyUsage) and ExtendedKeyUsageOID.OCSP_SIGNING in use


def _signed(answer: ocsp.OCSPResponse, responder: x509.Certificate) -> bool:
    key, hashing = responder.public_key(), answer.signature_hash_algorithm
    if hashing is None:
        return False
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(answer.signature, answer.tbs_response_bytes, ec.ECDSA(hashing))
        elif isinstance(key, rsa.RSAPublicKey):
            key.verify(answer.signature, answer.tbs_response_bytes, padding.PKCS1v15(), hashing)
        else:
            return False
    except InvalidSignature:
        return False
    return True
