"""Certificate status: CRLs (RFC 5280 §5) and OCSP answers (RFC 6960), made when asked and kept while fresh."""

import json
from datetime import UTC, datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ocsp

from local_stack.pki.layout import ISSUER, Layout, Name
from local_stack.pki.vault import Identity

VALID_FOR: Final = timedelta(days=7)
KEPT_FOR: Final = timedelta(hours=1)
"""A CRL is made anew after this long, and at once when a certificate was revoked."""


class Revocation:
    """Answers for all authorities of one PKI. A certificate is revoked by its name in `revoked.json`."""

    def __init__(self, layout: Layout, identities: dict[Name, Identity]) -> None:
        self._layout = layout
        self._identities = identities
        self._crls: dict[Name, tuple[datetime, dict[Name, datetime], bytes]] = {}

    def crl(self, authority: Name) -> bytes:
        """The DER of the authority's current list."""
        now, revoked = datetime.now(UTC), revocations(self._layout)
        kept = self._crls.get(authority)
        if kept and now - kept[0] < KEPT_FOR and kept[1] == revoked:
            return kept[2]
        issuer = self._identities[authority]
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(issuer.certificate.subject)
            .last_update(now)
            .next_update(now + VALID_FOR)
            .add_extension(x509.CRLNumber(int(now.timestamp() * 1_000_000)), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key()), critical=False)
        )
        for name, when in revoked.items():
            if ISSUER[name] == authority:
                serial = self._identities[name].certificate.serial_number
                entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(when).build()
                builder = builder.add_revoked_certificate(entry)
        der = builder.sign(issuer.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
        self._crls[authority] = (now, revoked, der)
        return der

    def ocsp(self, request: bytes) -> bytes:
        """The DER answer to a DER request; an unreadable request or a foreign certificate gets an error answer."""
        try:
            asked = ocsp.load_der_ocsp_request(request)
            name = self._named(asked.serial_number)
        except ValueError:
            return _refusal(ocsp.OCSPResponseStatus.MALFORMED_REQUEST)
        if name is None:
            return _refusal(ocsp.OCSPResponseStatus.UNAUTHORIZED)
        now = datetime.now(UTC).replace(microsecond=0)
        revoked_at = revocations(self._layout).get(name)
        responder = self._identities[Name.OCSP]
        builder = (
            ocsp.OCSPResponseBuilder()
            .add_response(
                cert=self._identities[name].certificate,
                issuer=self._identities[Name.ISSUING].certificate,
                algorithm=asked.hash_algorithm,
                cert_status=ocsp.OCSPCertStatus.REVOKED if revoked_at else ocsp.OCSPCertStatus.GOOD,
                this_update=now,
                next_update=now + VALID_FOR,
                revocation_time=revoked_at,
                revocation_reason=None,
            )
            .responder_id(ocsp.OCSPResponderEncoding.HASH, responder.certificate)
            .certificates([responder.certificate])
        )
        for extension in asked.extensions:
            if isinstance(extension.value, x509.OCSPNonce):
                builder = builder.add_extension(extension.value, critical=False)
        answer = builder.sign(responder.key, hashes.SHA256())
        return answer.public_bytes(serialization.Encoding.DER)

    def _named(self, serial: int) -> Name | None:
        of_issuing = (name for name, authority in ISSUER.items() if authority == Name.ISSUING)
        return next((n for n in of_issuing if self._identities[n].certificate.serial_number == serial), None)


def revocations(layout: Layout) -> dict[Name, datetime]:
    """What was revoked, and when."""
    if not layout.revoked.is_file():
        return {}
    return {name: datetime.fromisoformat(when) for name, when in json.loads(layout.revoked.read_text()).items()}


def revoke(layout: Layout, name: Name) -> None:
    """Puts a certificate on its authority's list from now on."""
    now = datetime.now(UTC).replace(microsecond=0)
    known = {word: when.isoformat() for word, when in revocations(layout).items()}
    layout.revoked.write_text(json.dumps(known | {name: known.get(name, now.isoformat())}, indent=2) + "\n")


def _refusal(status: ocsp.OCSPResponseStatus) -> bytes:
    return ocsp.OCSPResponseBuilder.build_unsuccessful(status).public_bytes(serialization.Encoding.DER)
