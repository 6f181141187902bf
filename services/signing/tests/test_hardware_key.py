"""A seal whose key lives in a hardware module, on SoftHSM2: only digests go in and signatures come out."""

import hashlib
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pkcs11 import TokenFlag
from pkcs11.exceptions import PinIncorrect, SessionHandleInvalid

from local_stack.errors import MissingToolError
from local_stack.pki.layout import Name
from local_stack.pki.transport import Poster
from local_stack.tools import require
from signing.credentials import load_chain, load_pin
from signing.domain.levels import SealLevel
from signing.domain.rendering import Printed
from signing.errors import CredentialProblem, KeyUnavailable, WrongPin
from signing.hardware_key import HardwareSealKey
from signing.sealer.authorities import TimeStampAuthorities, TimeStampAuthority
from signing.sealer.direct import DirectSealer
from signing.sealer.pades import PyHankoSealer
from signing.sealer.revocation import RevocationCache
from signing.verifier.original import verify_original

PIN = "246810"
_PLACES = ("/usr/lib/softhsm", "/usr/lib/x86_64-linux-gnu/softhsm", "/usr/lib/aarch64-linux-gnu/softhsm", "/usr/lib64")


def hsm(*command: str) -> None:
    subprocess.run(["softhsm2-util", *command], check=True, capture_output=True)


@pytest.fixture(scope="module")
def module(tmp_path_factory: pytest.TempPathFactory, layout: Any) -> Iterator[Path]:
    """SoftHSM2 with the seal's key in a token of its own."""
    try:
        require("softhsm2-util")
    except MissingToolError as error:
        pytest.skip(str(error))
    (library,) = [Path(place, "libsofthsm2.so") for place in _PLACES if Path(place, "libsofthsm2.so").is_file()][:1]
    room = tmp_path_factory.mktemp("hsm")
    (room / "tokens").mkdir()
    (room / "softhsm2.conf").write_text(f"directories.tokendir = {room}/tokens\nobjectstore.backend = file\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOFTHSM2_CONF", str(room / "softhsm2.conf"))
        stranger = room / "stranger.pem"
        pkcs8 = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        stranger.write_bytes(ec.generate_private_key(ec.SECP256R1()).private_bytes(*pkcs8))
        hsm("--init-token", "--free", "--label", "navette", "--so-pin", "1357", "--pin", PIN)
        for number, (label, file) in enumerate({"seal": layout.key(Name.SEAL), "stranger": stranger}.items(), 1):
            at = ("--token", "navette", "--label", label, "--id", f"{number:02d}", "--pin", PIN)
            hsm("--import", str(file), *at)
        yield library


@pytest.fixture
def key(module: Path, layout: Any) -> HardwareSealKey:
    return HardwareSealKey(module, "navette", "seal", PIN, load_chain(layout.seal_chain))


@pytest.mark.parametrize("level", [SealLevel.B_B, SealLevel.B_LTA])
async def test_a_seal_by_the_module_stands(
    key: HardwareSealKey, pki: Any, rendered: tuple[Printed, bytes], level: SealLevel
) -> None:
    printed, xml = rendered
    sha256 = hashlib.sha256(xml).hexdigest()
    async with httpx.AsyncClient(transport=pki.transport) as client:
        authorities = TimeStampAuthorities([TimeStampAuthority("http://pki.test/tsa", Poster(pki.transport))])
        revocation = RevocationCache(client, pki.issuers())
        other = PyHankoSealer(key, authorities, revocation, pki.trusted())
        sealed = await DirectSealer(key, authorities, revocation, other).seal(printed, xml_sha256=sha256, level=level)
        other.close()
    if printed.form:
        report = verify_original(sealed.content, xml_sha256=sha256, trusted=pki.trusted())
        assert report.signatures[0].level is level
    assert sealed.certificate_sha256 == hashlib.sha256(key.certificate).hexdigest()


def test_another_key_than_the_certificate_s_is_refused(module: Path, layout: Any) -> None:
    with pytest.raises(CredentialProblem, match="not the one of the first certificate"):
        HardwareSealKey(module, "navette", "stranger", PIN, load_chain(layout.seal_chain))


@pytest.mark.parametrize(("token", "label"), [("elsewhere", "seal"), ("navette", "nobody")])
def test_a_module_without_the_key_is_told(module: Path, layout: Any, token: str, label: str) -> None:
    with pytest.raises(CredentialProblem, match="can't sign"):
        HardwareSealKey(module, token, label, PIN, load_chain(layout.seal_chain))


def test_a_lost_session_is_opened_again(key: HardwareSealKey) -> None:
    def lost(*_: Any, **__: Any) -> bytes:
        raise SessionHandleInvalid

    session: Any = key
    session._key = type("Lost", (), {"sign": lost})()
    assert key.sign(b"data")
    session._opened = lost
    session._key = None
    with pytest.raises(KeyUnavailable):
        key.sign(b"data")


def test_neither_pin_nor_key_is_told(key: HardwareSealKey, layout: Any) -> None:
    private = serialization.load_pem_private_key(layout.key(Name.SEAL).read_bytes(), None)
    assert isinstance(private, ec.EllipticCurvePrivateKey)
    assert PIN not in repr(key)


def test_a_pin_that_others_can_read_is_refused(tmp_path: Path) -> None:
    pin = tmp_path / "pin"
    pin.write_text(f"{PIN}\n")
    pin.chmod(0o644)
    with pytest.raises(CredentialProblem, match="readable by others"):
        load_pin(pin)
    pin.chmod(0o600)
    assert load_pin(pin) == PIN


def test_a_wrong_pin_is_tried_once_and_one_that_would_lock_the_token_never(
    key: HardwareSealKey, layout: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    logins: list[str] = []

    class Token:
        flags = TokenFlag.USER_PIN_COUNT_LOW

        def open(self, user_pin: str) -> None:
            logins.append(user_pin)
            raise PinIncorrect

    class Library:
        def __init__(self, _: str) -> None:
            pass

        def get_token(self, **_: str) -> Token:
            return Token()

    monkeypatch.setattr("pkcs11.lib", Library)
    session: Any = key
    session._key = None
    for _ in range(3):
        with pytest.raises(WrongPin, match="not tried again: PinIncorrect"):
            key.sign(b"data")
    assert len(logins) == 1
    Token.flags = TokenFlag.USER_PIN_FINAL_TRY
    with pytest.raises(WrongPin, match="log in by hand once"):
        HardwareSealKey(Path("lib.so"), "navette", "seal", "wrong", load_chain(layout.seal_chain))
    assert len(logins) == 1
