"""TLS of the local gateway: a chain that verifies, for this machine only, renewed in time."""

from __future__ import annotations

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from local_stack import tls
from local_stack.layout import Layout


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout.of(tmp_path)


def certificates(layout: Layout) -> tuple[x509.Certificate, x509.Certificate]:
    authority, certificate = (
        x509.load_pem_x509_certificate((layout.tls / name).read_bytes()) for name in (tls.AUTHORITY, tls.CERTIFICATE)
    )
    return authority, certificate


@pytest.mark.parametrize("name", ["localhost", "mail.localhost", "other.localhost"])
def test_the_chain_verifies_for_the_names_of_this_machine(layout: Layout, name: str) -> None:
    tls.prepare(layout)
    authority, certificate = certificates(layout)
    verifier = PolicyBuilder().store(Store([authority])).build_server_verifier(x509.DNSName(name))
    assert verifier.verify(certificate, [])


def test_it_verifies_for_no_other_name(layout: Layout) -> None:
    tls.prepare(layout)
    authority, certificate = certificates(layout)
    verifier = PolicyBuilder().store(Store([authority])).build_server_verifier(x509.DNSName("example.org"))
    with pytest.raises(VerificationError):
        verifier.verify(certificate, [])


def test_the_authority_may_name_nothing_but_this_machine(layout: Layout) -> None:
    tls.prepare(layout)
    constraints = certificates(layout)[0].extensions.get_extension_for_class(x509.NameConstraints)
    assert constraints.critical
    assert x509.DNSName("localhost") in (constraints.value.permitted_subtrees or [])


def test_keys_are_readable_by_their_owner_only(layout: Layout) -> None:
    folder = tls.prepare(layout)
    assert {stat.S_IMODE((folder / name).stat().st_mode) for name in (tls.KEY, tls.AUTHORITY_KEY)} == {0o600}


def test_a_good_certificate_is_kept_and_one_near_its_end_renewed_by_the_same_authority(layout: Layout) -> None:
    now = datetime.now(UTC)
    tls.prepare(layout, now)
    first = certificates(layout)
    tls.prepare(layout, now + timedelta(days=300))
    assert certificates(layout) == first
    tls.prepare(layout, now + timedelta(days=370))
    renewed = certificates(layout)
    assert renewed[0] == first[0]
    assert renewed[1] != first[1]


def test_an_authority_near_its_end_is_replaced_with_its_certificate(layout: Layout) -> None:
    now = datetime.now(UTC)
    tls.prepare(layout, now)
    first = certificates(layout)
    tls.prepare(layout, now + timedelta(days=3400))
    authority, certificate = certificates(layout)
    assert authority != first[0]
    certificate.verify_directly_issued_by(authority)
