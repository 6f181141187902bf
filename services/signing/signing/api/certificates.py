"""`GET /v1/certificates`: who seals, for whoever wants to verify."""

import hashlib
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from fastapi import APIRouter, Request

from mesh.auth import CurrentIdentity
from mesh.bodies import Output
from signing.domain.policy import SealKind
from signing.env import Env

routes = APIRouter(prefix="/v1", tags=["certificates"])


class CertificateView(Output):
    """One certificate: names as RFC 4514 writes them, the SHA-256 of its DER, and itself as PEM."""

    subject: str
    issuer: str
    serial: str
    sha256: str
    valid_from: datetime
    valid_until: datetime
    pem: str


class SealView(Output):
    """The seal in use. `chain` begins with the seal's own certificate and ends with the root.

    Between `legal_countries` (ISO 3166-1 alpha-2) the sealed file is the legal invoice; elsewhere it is an image for
    the workflow, not for audit and not for a VAT refund.
    """

    kind: SealKind
    legal_countries: list[str]
    chain: list[CertificateView]


@routes.get("/certificates")
async def seal_certificates(request: Request, _: CurrentIdentity) -> SealView:
    """The certificate that seals now, with its issuers."""
    env: Env = request.app.state.env
    return SealView(
        kind=env.policy.kind,
        legal_countries=sorted(env.policy.legal_countries),
        chain=[_view(der) for der in env.keys.of().chain],
    )


def _view(der: bytes) -> CertificateView:
    certificate = x509.load_der_x509_certificate(der)
    return CertificateView(
        subject=certificate.subject.rfc4514_string(),
        issuer=certificate.issuer.rfc4514_string(),
        serial=f"{certificate.serial_number:x}",
        sha256=hashlib.sha256(der).hexdigest(),
        valid_from=certificate.not_valid_before_utc,
        valid_until=certificate.not_valid_after_utc,
        pem=certificate.public_bytes(serialization.Encoding.PEM).decode(),
    )
