"""Chains of certificates up to a trusted root, with revocation, as of a moment (RFC 5280, §6)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from cryptography import x509

Lists = Sequence[x509.CertificateRevocationList]
_HARMLESS = frozenset(
    {
        x509.ReasonFlags.unspecified,
        x509.ReasonFlags.affiliation_changed,
        x509.ReasonFlags.superseded,
        x509.ReasonFlags.cessation_of_operation,
    }
)
"""RFC 3161, §4: with these reasons, tokens from before the revocation stay good."""
_LONGEST = 6
_UNREADABLE = Exception
"""Over damaged bytes, cryptography raises whatever it meets; what cannot be read proves nothing."""
_SKEW = timedelta(minutes=5)
"""How far the clocks of two authorities may differ."""


class ChainRefused(ValueError):
    """No chain to a trusted root was good at the moment; the message says why."""


@dataclass(frozen=True)
class Trust:
    """The roots of all time-stamping authorities that were ever used; a root is good for as long as it says."""

    roots: tuple[x509.Certificate, ...]

    @classmethod
    def of_pem(cls, data: bytes) -> "Trust":
        """The certificates of a PEM bundle. Raises ValueError."""
        return cls(tuple(x509.load_pem_x509_certificates(data)))


def chain_of(leaf: x509.Certificate, known: Iterable[x509.Certificate], trust: Trust) -> list[x509.Certificate]:
    """From a certificate to a trusted root, both included. Raises ChainRefused."""
    certificates = [*trust.roots, *known]
    chain = [leaf]
    while chain[-1] not in trust.roots:
        issuer = next((each for each in certificates if each not in chain and _issued(each, chain[-1])), None)
        if issuer is None or len(chain) == _LONGEST:
            raise ChainRefused(f"no trusted root stands over {_name(chain[-1])}")
        chain.append(issuer)
    return chain


def check(
    chain: Sequence[x509.Certificate], lists: Lists, *, stamped_at: datetime, at: datetime, current_at: datetime
) -> None:
    """That a chain is good at `at` for something that was signed at `stamped_at`. Raises ChainRefused.

    For each certificate but the root, there must be a list of its issuer from before `at` that was current at
    `current_at`, or later.
    """
    for certificate in chain:
        if not certificate.not_valid_before_utc <= stamped_at <= at <= certificate.not_valid_after_utc:
            raise ChainRefused(
                f"{_name(certificate)} was good from {certificate.not_valid_before_utc:%Y-%m-%d} to "
                f"{certificate.not_valid_after_utc:%Y-%m-%d}, not from {stamped_at:%Y-%m-%d} to {at:%Y-%m-%d}"
            )
    for certificate, issuer in pairwise(chain):
        of_issuer = [each for each in lists if _lists_of(issuer, each) and each.last_update_utc <= at + _SKEW]
        if not any((each.next_update_utc or each.last_update_utc) >= current_at for each in of_issuer):
            raise ChainRefused(f"no revocation list of {_name(issuer)} was current on {current_at:%Y-%m-%d}")
        for each in of_issuer:
            _not_revoked(certificate, each, stamped_at, at)


def _not_revoked(
    certificate: x509.Certificate, listed: x509.CertificateRevocationList, stamped_at: datetime, at: datetime
) -> None:
    entry = listed.get_revoked_certificate_by_serial_number(certificate.serial_number)
    if entry is None or entry.revocation_date_utc > at:
        return
    try:
        reason = entry.extensions.get_extension_for_class(x509.CRLReason).value.reason
    except _UNREADABLE:
        reason = None
    if reason not in _HARMLESS or entry.revocation_date_utc <= stamped_at:
        word = reason.value if reason else "no reason given"
        raise ChainRefused(f"{_name(certificate)} was revoked on {entry.revocation_date_utc:%Y-%m-%d} ({word})")


def _issued(issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
        return issuer.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except _UNREADABLE:
        return False


def _lists_of(issuer: x509.Certificate, listed: x509.CertificateRevocationList) -> bool:
    try:
        return listed.issuer == issuer.subject and listed.is_signature_valid(issuer.public_key())  # pyright: ignore[reportArgumentType] - other keys raise TypeError
    except _UNREADABLE:
        return False


def _name(certificate: x509.Certificate) -> str:
    return certificate.subject.rfc4514_string()
