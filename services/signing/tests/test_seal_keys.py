"""Keys change while the service runs: a new one takes over, a company's own is its alone, a revoked one rests."""

import asyncio
import hashlib
import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from contracts.ids import new_id
from local_stack.pki.layout import Layout, Name
from local_stack.pki.revocation import revoke
from local_stack.pki.transport import Poster
from signing import key_files
from signing.domain.levels import SealLevel
from signing.domain.rendering import Printed
from signing.domain.sealing import Sealer, SealKey
from signing.errors import CredentialProblem, WrongPin
from signing.hardware_key import HardwareSealKey
from signing.key_files import KeyFiles
from signing.keyring import KeyRing
from signing.sealer.authorities import TimeStampAuthorities, TimeStampAuthority
from signing.sealer.direct import DirectSealer
from signing.sealer.pades import PyHankoSealer
from signing.sealer.revocation import RevocationCache
from signing.sealer.unconfigured import UnconfiguredSealer
from signing.settings import Settings
from signing.verifier.original import verify_original

PEM = serialization.Encoding.PEM


@pytest.fixture
async def revocation(revocable_pki: Any) -> Any:
    async with httpx.AsyncClient(transport=revocable_pki.transport) as client:
        yield RevocationCache(client, revocable_pki.issuers())


@pytest.fixture
def make(revocable_pki: Any, revocation: RevocationCache) -> Callable[[SealKey], Sealer]:
    authorities = TimeStampAuthorities([TimeStampAuthority("http://pki.test/tsa", Poster(revocable_pki.transport))])

    def made(key: SealKey) -> Sealer:
        other = PyHankoSealer(key, authorities, revocation, revocable_pki.trusted())
        return DirectSealer(key, authorities, revocation, other)

    return made


@pytest.fixture
def in_place(revocable_pki: Any, tmp_path: Path) -> Settings:
    """Settings whose key files are copies, to be replaced."""
    layout = revocable_pki.layout
    shutil.copy(layout.key(Name.SEAL), tmp_path / "key.pem")
    shutil.copy(layout.seal_chain, tmp_path / "chain.pem")
    return Settings.model_construct(
        seal_key_file=tmp_path / "key.pem",
        seal_chain_file=tmp_path / "chain.pem",
        seal_keys_folder=tmp_path / "companies",
        pkcs11_module=None,
        pkcs11_pin_file=None,
    )


def write_another(layout: Layout, key_file: Path, chain_file: Path) -> str:
    """Another key, whose certificate differs from the seal's in key and serial number; returns its SHA-256."""
    key_file.parent.mkdir(parents=True, exist_ok=True)
    key = ec.generate_private_key(ec.SECP256R1())
    first, *issuers = x509.load_pem_x509_certificates(layout.seal_chain.read_bytes())
    issuer: Any = serialization.load_pem_private_key(layout.key(Name.ISSUING).read_bytes(), None)
    builder = x509.CertificateBuilder(
        first.issuer,
        first.subject,
        key.public_key(),
        x509.random_serial_number(),
        first.not_valid_before_utc,
        first.not_valid_after_utc,
    )
    for extension in first.extensions:
        if not isinstance(extension.value, x509.SubjectKeyIdentifier):
            builder = builder.add_extension(extension.value, extension.critical)
    certificate = builder.sign(issuer, hashes.SHA256())
    key_file.write_bytes(key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    key_file.chmod(0o600)
    chain_file.write_bytes(b"".join(each.public_bytes(PEM) for each in (certificate, *issuers)))
    return hashlib.sha256(certificate.public_bytes(serialization.Encoding.DER)).hexdigest()


async def test_a_new_key_takes_over_and_the_one_before_finishes_what_it_began(
    revocable_pki: Any, in_place: Any, make: Any, rendered: tuple[Printed, bytes]
) -> None:
    printed, xml = rendered
    sha256, ring = hashlib.sha256(xml).hexdigest(), KeyRing()
    files = KeyFiles(in_place, ring, make)
    files.read()
    before = ring.of()
    under_way = asyncio.create_task(before.sealer.seal(printed, xml_sha256=sha256, level=SealLevel.B_LTA))
    await asyncio.sleep(0)
    new = write_another(revocable_pki.layout, in_place.seal_key_file, in_place.seal_chain_file)
    files.read()
    old, fresh = await under_way, await ring.of().sealer.seal(printed, xml_sha256=sha256, level=SealLevel.B_LTA)
    assert old.certificate_sha256 == hashlib.sha256(before.chain[0]).hexdigest()
    assert fresh.certificate_sha256 == new != old.certificate_sha256
    if printed.form:
        for sealed in (old, fresh):
            verify_original(sealed.content, xml_sha256=sha256, trusted=revocable_pki.trusted())
    ring.close()
    before.sealer.close()


def test_half_of_a_change_leaves_the_key_at_work(revocable_pki: Any, in_place: Any, make: Any, tmp_path: Path) -> None:
    ring = KeyRing()
    files = KeyFiles(in_place, ring, make)
    files.read()
    before = ring.of()
    write_another(revocable_pki.layout, in_place.seal_key_file, tmp_path / "chain.later")
    files.read()
    assert ring.of() is before
    (tmp_path / "chain.later").rename(in_place.seal_chain_file)
    files.read()
    assert ring.of() is not before
    ring.close()


def test_a_company_s_own_key_is_its_alone(revocable_pki: Any, in_place: Any, make: Any) -> None:
    company, ring = new_id(), KeyRing()
    files = KeyFiles(in_place, ring, make)
    own = in_place.seal_keys_folder / str(company)
    sha256 = write_another(revocable_pki.layout, own / "key.pem", own / "chain.pem")
    files.read()
    assert hashlib.sha256(ring.of(company).chain[0]).hexdigest() == sha256
    assert ring.of(new_id()) is ring.of() is not ring.of(company)
    assert ring.of(company).breaker.resource == f"seal:{company}"
    shutil.rmtree(own)
    files.read()
    assert ring.of(company) is not ring.of()  # a folder may be away for a moment
    files.read()
    assert ring.of(company) is ring.of()
    ring.close()


def test_a_folder_of_keys_that_is_not_there_leaves_every_company_its_own_key(
    revocable_pki: Any, in_place: Any, make: Any
) -> None:
    company, ring = new_id(), KeyRing()
    files = KeyFiles(in_place, ring, make)
    own = in_place.seal_keys_folder / str(company)
    write_another(revocable_pki.layout, own / "key.pem", own / "chain.pem")
    files.read()
    assert files.why == ""
    away = in_place.seal_keys_folder.rename(in_place.seal_keys_folder.with_name("away"))
    for _ in range(3):
        files.read()
        assert ring.of(company) is not ring.of()
        assert "not there" in files.why
    away.rename(in_place.seal_keys_folder)
    files.read()
    assert files.why == ""
    ring.close()


@pytest.mark.parametrize("broken", ["empty chain", "no text", "a folder"])
async def test_one_company_s_broken_files_are_its_own_trouble(
    revocable_pki: Any, in_place: Any, make: Any, broken: str
) -> None:
    hurt, sound = sorted((new_id(), new_id()))
    for company in (hurt, sound):
        own = in_place.seal_keys_folder / str(company)
        write_another(revocable_pki.layout, own / "key.pem", own / "chain.pem")
    folder = in_place.seal_keys_folder / str(hurt)
    if broken == "empty chain":
        (folder / "chain.pem").write_bytes(b"")
    elif broken == "no text":
        (folder / "key.pem").unlink()
        (folder / "label").write_bytes(b"\xff\xfe")
    else:
        (folder / "key.pem").unlink()
        (folder / "key.pem").mkdir(mode=0o700)
    ring = KeyRing()
    KeyFiles(in_place, ring, make).read()
    assert isinstance(ring.of(hurt).sealer, UnconfiguredSealer)
    assert ring.of(sound).chain
    assert ring.of().chain
    ring.close()


def broken_loading(*_: object) -> SealKey:
    raise MemoryError("for a moment")


def test_a_key_that_could_not_be_loaded_is_tried_again_although_no_file_changed(
    revocable_pki: Any, in_place: Any, make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    company, ring = new_id(), KeyRing()
    own = in_place.seal_keys_folder / str(company)
    write_another(revocable_pki.layout, own / "key.pem", own / "chain.pem")
    files = KeyFiles(in_place, ring, make)
    with monkeypatch.context() as for_a_moment:
        for_a_moment.setattr(key_files, "load_pem", broken_loading)
        with pytest.raises(CredentialProblem):
            files.read()
    files.read()
    assert ring.of(company).chain
    ring.close()


async def test_keys_are_loaded_in_a_thread_and_the_ring_changes_on_the_loop(
    revocable_pki: Any, in_place: Any, make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed, makers = asyncio.Event(), list[threading.Thread]()

    def noting(key: SealKey) -> Sealer:
        makers.append(threading.current_thread())
        changed.set()
        return make(key)

    ring = KeyRing()
    files = KeyFiles(in_place, ring, noting)
    files.read()
    changed.clear()
    write_another(revocable_pki.layout, in_place.seal_key_file, in_place.seal_chain_file)
    monkeypatch.setattr(key_files, "EVERY_SECONDS", 0.0)
    keeping = asyncio.create_task(files.keep_current())
    await asyncio.wait_for(changed.wait(), 20)
    keeping.cancel()
    assert set(makers) == {threading.current_thread()}
    ring.close()


async def test_where_a_company_s_own_key_is_no_good_nobody_seals_in_its_place(
    in_place: Any, make: Any, rendered: tuple[Printed, bytes]
) -> None:
    company: UUID = new_id()
    own = in_place.seal_keys_folder / str(company)
    own.mkdir(parents=True)
    (own / "key.pem").write_text("nothing")
    (own / "key.pem").chmod(0o600)
    ring = KeyRing()
    KeyFiles(in_place, ring, make).read()
    with pytest.raises(CredentialProblem, match=r"chain\.pem"):
        await ring.of(company).sealer.seal(rendered[0], xml_sha256="", level=SealLevel.B_B)
    ring.close()


@pytest.mark.parametrize("level", [SealLevel.B_B, SealLevel.B_LTA])
async def test_a_revoked_key_rests_and_what_it_sealed_before_stands(
    revocable_pki: Any,
    in_place: Any,
    make: Any,
    revocation: RevocationCache,
    rendered: tuple[Printed, bytes],
    level: SealLevel,
) -> None:
    printed, xml = rendered
    sha256, ring = hashlib.sha256(xml).hexdigest(), KeyRing()
    KeyFiles(in_place, ring, make).read()
    sealed = await ring.of().sealer.seal(printed, xml_sha256=sha256, level=SealLevel.B_LTA)
    revoke(revocable_pki.layout, Name.SEAL)
    revocation.forget()
    await revocation.refresh()
    with pytest.raises(CredentialProblem, match="revoked"):
        await ring.of().sealer.seal(printed, xml_sha256=sha256, level=level)
    if printed.form:
        verify_original(sealed.content, xml_sha256=sha256, trusted=revocable_pki.trusted())
    ring.close()


async def test_a_refused_pin_is_tried_once_and_the_service_stays_up(
    in_place: Any, make: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[str] = []

    def refusing(*_: object) -> None:
        tried.append("login")
        raise WrongPin("the token was not logged in to")

    monkeypatch.setattr(HardwareSealKey, "__init__", refusing)
    pin = tmp_path / "pin"
    pin.write_text("1234")
    pin.chmod(0o600)
    settings = in_place.model_copy(update={"pkcs11_module": tmp_path / "lib.so", "pkcs11_pin_file": pin})
    settings = settings.model_copy(update={"pkcs11_label": "seal", "pkcs11_token": "navette"})
    ring = KeyRing()
    files = KeyFiles(settings, ring, make)
    files.read()
    files.read()
    assert tried == ["login"]
    sealer = ring.of().sealer
    assert isinstance(sealer, UnconfiguredSealer)
    assert "not logged in" in sealer.why
    pin.write_text("12345")
    files.read()
    assert tried == ["login", "login"]
