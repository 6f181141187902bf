"""A key is used only when it is protected, made for seals and fits its certificate."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from local_stack.pki.authorities import create
from local_stack.pki.layout import Layout, Name
from signing.credentials import load_pem
from signing.errors import CredentialProblem


@pytest.fixture
def copied(layout: Layout, tmp_path: Path) -> Layout:
    """The PKI's files, to be spoiled."""
    shutil.copytree(layout.directory, tmp_path / "pki")
    return Layout(tmp_path / "pki")


def test_a_signature_of_the_key_verifies_with_its_certificate(layout: Layout) -> None:
    key = load_pem(layout.key(Name.SEAL), layout.seal_chain)
    public = x509.load_der_x509_certificate(key.certificate).public_key()
    assert isinstance(public, ec.EllipticCurvePublicKey)
    public.verify(key.sign(b"content"), b"content", ec.ECDSA(hashes.SHA256()))
    assert len(key.chain) == 2


def test_the_key_does_not_show_in_its_text(layout: Layout) -> None:
    key = load_pem(layout.key(Name.SEAL), layout.seal_chain)
    secret = layout.key(Name.SEAL).read_text().splitlines()[1]
    assert secret not in repr(key)
    assert "certificate_sha256" in repr(key)


def test_a_key_that_others_may_read_is_refused(copied: Layout) -> None:
    copied.key(Name.SEAL).chmod(0o640)
    with pytest.raises(CredentialProblem, match="chmod 600"):
        load_pem(copied.key(Name.SEAL), copied.seal_chain)


def test_a_key_of_another_certificate_is_refused(layout: Layout) -> None:
    with pytest.raises(CredentialProblem, match="not the key of"):
        load_pem(layout.key(Name.TSA), layout.seal_chain)


def test_a_missing_file_is_named(layout: Layout, tmp_path: Path) -> None:
    with pytest.raises(CredentialProblem, match="nowhere"):
        load_pem(tmp_path / "nowhere.key", layout.seal_chain)


def test_what_is_no_pem_is_refused(copied: Layout) -> None:
    copied.seal_chain.write_text("nothing")
    with pytest.raises(CredentialProblem, match="PEM"):
        load_pem(copied.key(Name.SEAL), copied.seal_chain)


def test_a_certificate_out_of_its_time_is_refused(layout: Layout) -> None:
    with pytest.raises(CredentialProblem, match="valid until"):
        load_pem(layout.key(Name.SEAL), layout.seal_chain, now=datetime.now(UTC) + timedelta(days=20 * 365))


def test_a_chain_out_of_order_is_refused(copied: Layout) -> None:
    names = (Name.SEAL, Name.ROOT, Name.ISSUING)
    copied.seal_chain.write_bytes(b"".join(copied.certificate(name).read_bytes() for name in names))
    with pytest.raises(CredentialProblem, match="order the chain"):
        load_pem(copied.key(Name.SEAL), copied.seal_chain)


def test_a_certificate_not_made_for_seals_is_refused(copied: Layout) -> None:
    chain = b"".join(copied.certificate(name).read_bytes() for name in (Name.OCSP, Name.ISSUING, Name.ROOT))
    copied.seal_chain.write_bytes(chain)
    with pytest.raises(CredentialProblem, match="nonRepudiation"):
        load_pem(copied.key(Name.OCSP), copied.seal_chain)


def test_a_chain_of_another_authority_is_refused(copied: Layout, tmp_path: Path) -> None:
    other = create(tmp_path / "other", "http://other.test")
    chain = [copied.certificate(Name.SEAL), other.certificate(Name.ISSUING), other.certificate(Name.ROOT)]
    copied.seal_chain.write_bytes(b"".join(path.read_bytes() for path in chain))
    with pytest.raises(CredentialProblem, match="not issued by"):
        load_pem(copied.key(Name.SEAL), copied.seal_chain)
