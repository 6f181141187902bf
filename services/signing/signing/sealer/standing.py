"""Whether the certificates of a seal still stand: in their time, and not revoked."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache

from cryptography import x509
from cryptography.x509 import ocsp

from signing.errors import CredentialProblem
from signing.sealer.revocation import RevocationData


def validity(certificates: Sequence[bytes]) -> tuple[datetime, datetime]:
    """From when to when all of them are valid (UTC)."""
    loaded = [x509.load_der_x509_certificate(der) for der in certificates]
    return max(c.not_valid_before_utc for c in loaded), min(c.not_valid_after_utc for c in loaded)


def refuse_revoked(certificates: Sequence[bytes], data: RevocationData) -> None:
    """Raises CredentialProblem when one of these certificates (DER) is on a list or answered as revoked."""
    if name := _revoked(tuple(certificates), tuple(data.crls), tuple(data.ocsps)):
        raise CredentialProblem(f"{name} is revoked: put another key and certificate in place")


@lru_cache(16)
def _revoked(certificates: tuple[bytes, ...], crls: tuple[bytes, ...], ocsps: tuple[bytes, ...]) -> str | None:
    """The subject of the first revoked one. The same data come with every seal until they are refreshed."""
    lists = [x509.load_der_x509_crl(der) for der in crls]
    answers = [ocsp.load_der_ocsp_response(der) for der in ocsps]
    now = datetime.now(UTC)
    for certificate in map(x509.load_der_x509_certificate, certificates):
        serial = certificate.serial_number
        is_listed = any(
            found.issuer == certificate.issuer
            and (entry := found.get_revoked_certificate_by_serial_number(serial))
            and entry.revocation_date_utc <= now
            for found in lists
        )
        is_answered = any(
            answer.serial_number == serial and answer.certificate_status is ocsp.OCSPCertStatus.REVOKED
            for answer in answers
        )
        if is_listed or is_answered:
            return certificate.subject.rfc4514_string()
    return None
