"""The local seal PKI gives a chain, revocation data and time-stamps that strangers accept."""

import asyncio
import shutil
import stat
import subprocess
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from asn1crypto import algos, core, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import given
from hypothesis import strategies as st

from local_stack.pki.authorities import create
from local_stack.pki.layout import AUTHORITIES, ISSUER, Layout, Name
from local_stack.pki.revocation import Revocation, revoke
from local_stack.pki.server import application
from local_stack.pki.timestamps import POLICY, TimeStampUnit
from local_stack.pki.vault import Identity, load


@pytest.fixture(scope="module")
def layout(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    return create(tmp_path_factory.mktemp("pki"), "http://127.0.0.1:9")


@pytest.fixture(scope="module")
def identities(layout: Layout) -> dict[Name, Identity]:
    return load(layout)


@pytest.fixture(scope="module")
def unit(identities: dict[Name, Identity]) -> TimeStampUnit:
    return TimeStampUnit(identities[Name.TSA], [identities[Name.TSA_CA].certificate])


@pytest.fixture
async def client(layout: Layout) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=application(layout))
    async with httpx.AsyncClient(transport=transport, base_url="http://pki") as client:
        yield client


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Layout]:
    yield create(tmp_path / "pki", "http://127.0.0.1:9")


def request_for(digest: bytes, algorithm: str = "sha256", **extra: object) -> bytes:
    imprint = tsp.MessageImprint(
        {"hash_algorithm": algos.DigestAlgorithm({"algorithm": algorithm}), "hashed_message": digest}
    )
    return tsp.TimeStampReq({"version": 1, "message_imprint": imprint, "cert_req": True, **extra}).dump()


def status_of(answer: bytes) -> tsp.PKIStatusInfo:
    """A rejection is a sequence of the status alone, which `TimeStampResp` of asn1crypto does not read."""
    return tsp.PKIStatusInfo.load(core.Sequence.load(answer, strict=True).contents, strict=True)


def token_of(answer: bytes) -> Any:
    parsed = tsp.TimeStampResp.load(answer, strict=True)
    assert parsed["status"]["status"].native == "granted"
    token = parsed["time_stamp_token"]
    assert token["content_type"].native == "signed_data"
    return token["content"]


def signature_holds(signed: Any, certificate: x509.Certificate) -> bool:
    signer = signed["signer_infos"][0]
    info: bytes = signed["encap_content_info"]["content"].contents
    attributes = {a["type"].native: a["values"][0] for a in signer["signed_attrs"]}
    digest = hashes.Hash(hashes.SHA256())
    digest.update(info)
    key = certificate.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    key.verify(signer["signature"].native, signer["signed_attrs"].untag().dump(), ec.ECDSA(hashes.SHA256()))
    return attributes["message_digest"].native == digest.finalize()


def test_every_certificate_is_signed_by_its_issuer_and_lives_for_years(identities: dict[Name, Identity]) -> None:
    for name, issuer in ISSUER.items():
        certificate = identities[name].certificate
        certificate.verify_directly_issued_by(identities[issuer].certificate)
        assert certificate.not_valid_after_utc > datetime.now(UTC) + timedelta(days=9 * 365)


def test_no_certificate_outlives_its_issuer(identities: dict[Name, Identity]) -> None:
    for name, issuer in ISSUER.items():
        outlived = identities[issuer].certificate.not_valid_after_utc
        assert identities[name].certificate.not_valid_after_utc <= outlived


def test_key_usages_fit_the_role_of_each_certificate(identities: dict[Name, Identity]) -> None:
    seal = identities[Name.SEAL].certificate.extensions.get_extension_for_class(x509.KeyUsage)
    assert seal.critical
    assert seal.value.content_commitment
    assert not seal.value.key_cert_sign
    stamping = identities[Name.TSA].certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    assert stamping.critical
    assert list(stamping.value) == [ExtendedKeyUsageOID.TIME_STAMPING]
    for name in AUTHORITIES:
        constraints = identities[name].certificate.extensions.get_extension_for_class(x509.BasicConstraints)
        assert constraints.value.ca


def test_private_keys_are_readable_by_their_owner_alone(layout: Layout) -> None:
    assert {stat.S_IMODE(layout.key(name).stat().st_mode) for name in Name} == {0o600}


def test_creating_again_keeps_the_keys(fresh: Layout) -> None:
    before = fresh.key(Name.SEAL).read_bytes()
    create(fresh.directory, "http://127.0.0.1:10")
    assert fresh.key(Name.SEAL).read_bytes() == before


@given(digest=st.binary(min_size=32, max_size=32), nonce=st.integers(min_value=0, max_value=2**64 - 1))
def test_a_token_stamps_exactly_the_digest_and_nonce_that_were_asked(
    unit: TimeStampUnit, identities: dict[Name, Identity], digest: bytes, nonce: int
) -> None:
    signed = token_of(unit.answer(request_for(digest, nonce=core.Integer(nonce))))
    info = signed["encap_content_info"]["content"].parsed
    assert info["message_imprint"]["hashed_message"].native == digest
    assert info["nonce"].native == nonce
    assert info["policy"].native == POLICY
    assert signature_holds(signed, identities[Name.TSA].certificate)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="the openssl command judges the token")
def test_openssl_accepts_a_token(unit: TimeStampUnit, layout: Layout, tmp_path: Path) -> None:
    answer, digest = tmp_path / "answer.tsr", b"\x01" * 64
    answer.write_bytes(unit.answer(request_for(digest, "sha512")))
    judged = ["openssl", "ts", "-verify", "-in", str(answer), "-CAfile", str(layout.trust)]
    judged += ["-untrusted", str(layout.certificate(Name.TSA_CA)), "-digest"]
    assert subprocess.run([*judged, digest.hex()], capture_output=True, check=False).returncode == 0
    assert subprocess.run([*judged, "02" * 64], capture_output=True, check=False).returncode != 0


def test_a_token_names_its_unit_and_brings_its_chain_when_asked(
    unit: TimeStampUnit, identities: dict[Name, Identity]
) -> None:
    signed = token_of(unit.answer(request_for(b"\x02" * 32)))
    brought = [certificate.chosen.serial_number for certificate in signed["certificates"]]
    assert brought == [identities[name].certificate.serial_number for name in (Name.TSA, Name.TSA_CA)]
    without = token_of(unit.answer(request_for(b"\x02" * 32, cert_req=False)))
    assert without["certificates"].native is None


def test_two_tokens_never_share_a_serial_number(unit: TimeStampUnit) -> None:
    tokens = [token_of(unit.answer(request_for(b"\x03" * 32))) for _ in range(50)]
    assert len({token["encap_content_info"]["content"].parsed["serial_number"].native for token in tokens}) == 50


@pytest.mark.parametrize(
    ("request_der", "reason"),
    [
        (b"", "bad_data_format"),
        (b"\x30\x03\x02\x01\x01", "bad_data_format"),
        (request_for(b"\x01" * 20, "sha1"), "bad_alg"),
        (request_for(b"\x01" * 31), "bad_data_format"),
        (request_for(b"\x01" * 32, req_policy="1.2.3.4"), "unaccepted_policy"),
    ],
)
def test_a_request_that_cannot_be_met_is_rejected_with_its_reason(
    unit: TimeStampUnit, request_der: bytes, reason: str
) -> None:
    status = status_of(unit.answer(request_der))
    assert status["status"].native == "rejection"
    assert status["fail_info"].native == {reason}


@given(garbage=st.binary(max_size=200))
def test_no_request_breaks_the_unit(unit: TimeStampUnit, garbage: bytes) -> None:
    assert status_of(unit.answer(garbage))["status"].native == "rejection"


def test_a_list_is_signed_current_and_names_what_was_revoked(fresh: Layout) -> None:
    known = load(fresh)
    revocation = Revocation(fresh, known)
    before = x509.load_der_x509_crl(revocation.crl(Name.ISSUING))
    revoke(fresh, Name.SEAL)
    after = x509.load_der_x509_crl(revocation.crl(Name.ISSUING))
    issuer = known[Name.ISSUING].certificate.public_key()
    assert isinstance(issuer, ec.EllipticCurvePublicKey)
    assert after.is_signature_valid(issuer)
    assert after.next_update_utc is not None
    assert after.next_update_utc > datetime.now(UTC)
    serial = known[Name.SEAL].certificate.serial_number
    assert before.get_revoked_certificate_by_serial_number(serial) is None
    assert after.get_revoked_certificate_by_serial_number(serial) is not None
    assert number_of(after) > number_of(before)


def number_of(crl: x509.CertificateRevocationList) -> int:
    return crl.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number


def test_a_list_is_kept_while_nothing_changes(layout: Layout, identities: dict[Name, Identity]) -> None:
    revocation = Revocation(layout, identities)
    assert revocation.crl(Name.ROOT) == revocation.crl(Name.ROOT)


def test_ocsp_says_good_then_revoked(fresh: Layout) -> None:
    known = load(fresh)
    revocation = Revocation(fresh, known)
    builder = ocsp.OCSPRequestBuilder().add_certificate(
        known[Name.SEAL].certificate, known[Name.ISSUING].certificate, hashes.SHA256()
    )
    asked = builder.add_extension(x509.OCSPNonce(b"0123456789abcdef"), critical=False).build()
    der = asked.public_bytes(serialization.Encoding.DER)
    good = ocsp.load_der_ocsp_response(revocation.ocsp(der))
    assert good.certificate_status == ocsp.OCSPCertStatus.GOOD
    assert good.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce == b"0123456789abcdef"
    responder = known[Name.OCSP].certificate.public_key()
    assert isinstance(responder, ec.EllipticCurvePublicKey)
    responder.verify(good.signature, good.tbs_response_bytes, ec.ECDSA(hashes.SHA256()))
    revoke(fresh, Name.SEAL)
    assert ocsp.load_der_ocsp_response(revocation.ocsp(der)).certificate_status == ocsp.OCSPCertStatus.REVOKED


def test_ocsp_refuses_garbage_and_foreign_certificates(layout: Layout, identities: dict[Name, Identity]) -> None:
    revocation = Revocation(layout, identities)
    garbage = ocsp.load_der_ocsp_response(revocation.ocsp(b"garbage"))
    assert garbage.response_status == ocsp.OCSPResponseStatus.MALFORMED_REQUEST
    foreign = ocsp.OCSPRequestBuilder().add_certificate(
        identities[Name.TSA].certificate, identities[Name.TSA_CA].certificate, hashes.SHA256()
    )
    der = foreign.build().public_bytes(serialization.Encoding.DER)
    assert ocsp.load_der_ocsp_response(revocation.ocsp(der)).response_status == ocsp.OCSPResponseStatus.UNAUTHORIZED


async def test_the_server_stamps_lists_and_shows_its_certificates(
    client: httpx.AsyncClient, layout: Layout, identities: dict[Name, Identity]
) -> None:
    stamped = await client.post("/tsa", content=request_for(b"\x04" * 32))
    assert stamped.headers["content-type"] == "application/timestamp-reply"
    token_of(stamped.content)
    for authority in AUTHORITIES:
        listed = await client.get(f"/crl/{authority}.crl")
        assert x509.load_der_x509_crl(listed.content).issuer == identities[authority].certificate.subject
    shown = await client.get("/certificates/issuing.cer")
    assert asn1_x509.Certificate.load(shown.content).serial_number == identities[Name.ISSUING].certificate.serial_number
    assert (await client.get("/trust.pem")).content == layout.trust.read_bytes()


async def test_the_server_refuses_what_it_does_not_know(client: httpx.AsyncClient) -> None:
    answers = await asyncio.gather(
        client.get("/crl/other.crl"),
        client.get("/certificates/seal.cer"),
        client.get("/ocsp/not-base64!"),
        client.post("/tsa", content=b"x" * 5000),
    )
    assert [answer.status_code for answer in answers] == [404, 404, 400, 413]
