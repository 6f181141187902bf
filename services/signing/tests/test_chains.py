"""Chains are only as long as their authorities allow, and no list hides what another one says."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from signing.verifier.chains import Evidence, standing
from signing.verifier.faults import SealFault

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
DAY = timedelta(days=1)
REVOKED = NOW - 3 * DAY
_USES = (
    *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement"),
    *("key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
)


class Holder:
    """A certificate with its key; a root without `by`. `uses` is None for a certificate without a keyUsage."""

    def __init__(
        self,
        name: str,
        by: "Holder | None" = None,
        *,
        uses: str | None = "key_cert_sign crl_sign",
        ca: bool = True,
        path_length: int | None = None,
        critical_stamps: bool | None = None,
    ) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        issuer = by or self
        builder = (
            x509.CertificateBuilder()
            .subject_name(self.name)
            .issuer_name(issuer.name)
            .public_key(self.key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(NOW - 100 * DAY)
            .not_valid_after(NOW + 100 * DAY)
            .add_extension(x509.BasicConstraints(ca, path_length), critical=True)
        )
        if uses is not None:
            given: Any = {use: use in uses.split() for use in _USES}
            builder = builder.add_extension(x509.KeyUsage(**given), critical=True)
        if critical_stamps is not None:
            stamps = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
            builder = builder.add_extension(stamps, critical=critical_stamps)
        self.certificate = builder.sign(issuer.key, hashes.SHA256())
        self.der = self.certificate.public_bytes(Encoding.DER)

    def crl(
        self,
        *revoked: "Holder",
        at: datetime = NOW - DAY,
        until: datetime = NOW + DAY,
        extension: x509.ExtensionType | None = None,
    ) -> bytes:
        builder = x509.CertificateRevocationListBuilder().issuer_name(self.name).last_update(at)
        builder = builder.next_update(until)
        for each in revoked:
            entry = x509.RevokedCertificateBuilder().serial_number(each.certificate.serial_number)
            builder = builder.add_revoked_certificate(entry.revocation_date(REVOKED).build())
        if extension is not None:
            builder = builder.add_extension(extension, critical=True)
        return builder.sign(self.key, hashes.SHA256()).public_bytes(Encoding.DER)

    def ocsp(self, about: "Holder", *, until: datetime | None, is_revoked: bool = False) -> bytes:
        status = ocsp.OCSPCertStatus.REVOKED if is_revoked else ocsp.OCSPCertStatus.GOOD
        builder = ocsp.OCSPResponseBuilder().add_response(
            about.certificate,
            self.certificate,
            hashes.SHA256(),
            status,
            NOW - DAY,
            until,
            REVOKED if is_revoked else None,
            None,
        )
        builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, self.certificate)
        return builder.sign(self.key, hashes.SHA256()).public_bytes(Encoding.DER)


def seal(by: Holder) -> Holder:
    return Holder("Seal", by, uses="digital_signature content_commitment", ca=False)


def asked(
    of: Holder, root: Holder, *others: Holder, crls: tuple[bytes, ...] = (), ocsps: tuple[bytes, ...] = ()
) -> Any:
    evidence = Evidence(tuple(other.der for other in others), crls, ocsps, (root.der,))
    return standing(of.der, evidence, stamps=False)


@pytest.mark.parametrize(("path_length", "is_allowed"), [(0, False), (1, True), (None, True)])
def test_a_root_says_how_many_authorities_may_follow(path_length: int | None, is_allowed: bool) -> None:
    root = Holder("Root", path_length=path_length)
    sub = Holder("Sub", root)
    one = seal(sub)
    if is_allowed:
        assert not asked(one, root, sub).is_known
    else:
        with pytest.raises(SealFault, match="UNTRUSTED"):
            asked(one, root, sub)


def test_what_a_root_without_a_path_may_seal_itself() -> None:
    root = Holder("Root", path_length=0)
    assert not asked(seal(root), root).is_known


@pytest.mark.parametrize(("uses", "is_allowed"), [("crl_sign", False), ("key_cert_sign", True), (None, True)])
def test_an_authority_may_issue_unless_its_key_usage_says_no(uses: str | None, is_allowed: bool) -> None:
    root = Holder("Root")
    sub = Holder("Sub", root, uses=uses)
    one = seal(sub)
    if is_allowed:
        assert not asked(one, root, sub).is_known
    else:
        with pytest.raises(SealFault, match="UNTRUSTED"):
            asked(one, root, sub)


@pytest.mark.parametrize(
    ("uses", "is_known"), [("key_cert_sign", False), ("key_cert_sign crl_sign", True), (None, True)]
)
def test_a_list_counts_only_of_who_may_sign_lists(uses: str | None, is_known: bool) -> None:
    root = Holder("Root", uses=uses)
    assert asked(seal(root), root, crls=(root.crl(),)).is_known is is_known


def test_an_older_clean_list_hides_no_newer_one() -> None:
    root = Holder("Root")
    one = seal(root)
    clean, naming = root.crl(at=NOW - 5 * DAY), root.crl(one)
    for crls in ((clean, naming), (naming, clean)):
        assert asked(one, root, crls=crls).until == REVOKED
    said = root.ocsp(one, until=NOW + DAY, is_revoked=True)
    assert asked(one, root, crls=(clean,), ocsps=(said,)).until == REVOKED


def test_the_latest_of_clean_lists_tells_until_when() -> None:
    root = Holder("Root")
    one = seal(root)
    crls = (root.crl(at=NOW - 5 * DAY, until=NOW - 2 * DAY), root.crl())
    assert asked(one, root, crls=crls).until == NOW + DAY


def test_an_answer_without_a_next_update_tells_its_own_moment_only() -> None:
    root = Holder("Root")
    one = seal(root)
    found = asked(one, root, ocsps=(root.ocsp(one, until=None),))
    assert (found.until, found.is_known) == (NOW - DAY, True)


def _point(**only: bool) -> x509.IssuingDistributionPoint:
    flags = ("only_contains_user_certs", "only_contains_ca_certs", "indirect_crl", "only_contains_attribute_certs")
    given: Any = dict.fromkeys(flags, False) | only
    return x509.IssuingDistributionPoint(full_name=None, relative_name=None, only_some_reasons=None, **given)


@pytest.mark.parametrize(
    "extension",
    [
        _point(only_contains_user_certs=True),
        _point(only_contains_ca_certs=True),
        _point(only_contains_attribute_certs=True),
        _point(indirect_crl=True),
        x509.DeltaCRLIndicator(7),
    ],
)
def test_a_list_of_some_certificates_tells_nothing(extension: x509.ExtensionType) -> None:
    root = Holder("Root")
    assert not asked(seal(root), root, crls=(root.crl(extension=extension),)).is_known


@pytest.mark.parametrize("is_critical", [True, False])
def test_a_unit_is_for_stamps_and_says_so_critically(is_critical: bool) -> None:
    root = Holder("Root")
    unit = Holder("Unit", root, uses="digital_signature", ca=False, critical_stamps=is_critical)
    evidence = Evidence((), (), (), (root.der,))
    if is_critical:
        assert standing(unit.der, evidence, stamps=True).since == NOW - 100 * DAY
    else:
        with pytest.raises(SealFault, match="WRONG_USE"):
            standing(unit.der, evidence, stamps=True)
