"""Secrets at rest: bound to their purpose, unreadable once changed, and readable across a rotation."""

import base64
import copy
import os
import pickle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mesh.vault import KeyFileRefused, SecretUnreadable, Vault

OLD, NEW = os.urandom(32), os.urandom(32)


def _key_file(folder: Path, *keys: bytes, mode: int = 0o600) -> Path:
    path = folder / "secret.key"
    path.write_bytes(b"\n".join(base64.b64encode(key) for key in keys))
    path.chmod(mode)
    return path


@given(secret=st.binary(max_size=300), purpose=st.text(max_size=40))
def test_a_secret_comes_back_unchanged(secret: bytes, purpose: str) -> None:
    vault = Vault([OLD])
    assert vault.decrypt(purpose, vault.encrypt(purpose, secret)) == secret


def test_the_same_secret_never_gives_the_same_token() -> None:
    vault = Vault([OLD])
    assert len({vault.encrypt("totp:1", b"seed") for _ in range(50)}) == 50


@given(position=st.integers(min_value=0), bit=st.integers(0, 7))
def test_a_token_with_one_bit_changed_is_refused(position: int, bit: int) -> None:
    vault = Vault([OLD])
    version, key_id, body = vault.encrypt("totp:1", b"seed").split(".")
    raw = bytearray(base64.urlsafe_b64decode(body))
    raw[position % len(raw)] ^= 1 << bit
    with pytest.raises(SecretUnreadable):
        vault.decrypt("totp:1", f"{version}.{key_id}.{base64.urlsafe_b64encode(raw).decode()}")


def test_a_token_moved_to_another_row_is_refused() -> None:
    vault = Vault([OLD])
    token = vault.encrypt("totp:alice", b"seed")
    with pytest.raises(SecretUnreadable, match="totp:mallory"):
        vault.decrypt("totp:mallory", token)


@given(st.text(max_size=120))
def test_any_other_text_is_refused_and_not_a_crash(token: str) -> None:
    with pytest.raises(SecretUnreadable):
        Vault([OLD]).decrypt("totp:1", token)


def test_what_the_old_key_encrypted_is_read_during_a_rotation_and_then_renewed() -> None:
    before = Vault([OLD]).encrypt("webhook:1", b"whsec")
    during = Vault([NEW, OLD])
    assert not during.is_current(before)
    renewed = during.encrypt("webhook:1", during.decrypt("webhook:1", before))
    assert during.is_current(renewed)
    after = Vault([NEW])
    assert after.decrypt("webhook:1", renewed) == b"whsec"
    with pytest.raises(SecretUnreadable):
        after.decrypt("webhook:1", before)


def test_a_file_that_only_its_owner_reads_is_taken(tmp_path: Path) -> None:
    vault = Vault.from_file(_key_file(tmp_path, NEW, OLD))
    assert vault.decrypt("totp:1", Vault([OLD]).encrypt("totp:1", b"seed")) == b"seed"
    assert vault.is_current(Vault([NEW]).encrypt("totp:1", b"seed"))


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o620])
def test_a_file_that_others_can_reach_is_refused(tmp_path: Path, mode: int) -> None:
    with pytest.raises(KeyFileRefused, match="chmod 0600"):
        Vault.from_file(_key_file(tmp_path, OLD, mode=mode))


@pytest.mark.parametrize("content", [b"", b"\n", b"short", base64.b64encode(b"x" * 31), b"\xff\xfe" * 22, b"*" * 44])
def test_a_file_without_proper_keys_is_refused_without_showing_them(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "secret.key"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(KeyFileRefused, match="32 random bytes") as refused:
        Vault.from_file(path)
    assert refused.value.__cause__ is None


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(KeyFileRefused, match="nothing-here"):
        Vault.from_file(tmp_path / "nothing-here")


def test_a_vault_shows_no_key_and_cannot_be_pickled_away() -> None:
    vault = Vault([OLD])
    shown = repr(vault) + str(vault) + str(vars(vault))
    assert OLD.hex() not in shown
    assert base64.b64encode(OLD).decode() not in shown
    for take in (pickle.dumps, copy.deepcopy):
        with pytest.raises(TypeError):
            take(vault)
