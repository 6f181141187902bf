"""Secrets at rest: encrypted with AES-256-GCM (NIST SP 800-38D) under keys that live in a file, never in the database.

The key file holds one key a line, 32 random bytes in base64. The first line encrypts; every line decrypts. To rotate:
put a new line first, restart, renew what `is_current` says no to, then drop the old line.
"""

import base64
import binascii
import hashlib
import hmac
import os
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from mesh.errors import NavetteError
from mesh.settings import MeshSettings

_VERSION: Final = "v1"
_KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_TAG_DIGITS: Final = 32
_NOT_THE_OWNER: Final = stat.S_IRWXG | stat.S_IRWXO


class KeyFileRefused(NavetteError):
    """The key file is missing, readable by others, or does not hold keys. The text says what to do."""


class SecretUnreadable(NavetteError):
    """A token was changed, belongs to another purpose, or was made under a key that is no longer in the file."""


class Vault:
    """Encrypts and decrypts small secrets: TOTP seeds, webhook secrets, signing keys.

    Every token is bound to its purpose, for example `totp:018f…`: moved to another row it cannot be read.
    """

    def __init__(self, keys: Sequence[bytes]) -> None:
        if not keys or any(len(key) != _KEY_BYTES for key in keys):
            raise ValueError(f"a vault needs one or more keys of {_KEY_BYTES} bytes")
        self._ciphers = {_key_id(key): AESGCM(key) for key in keys}
        self._tagging = [hmac.digest(key, b"navette vault tag", "sha256") for key in keys]
        self._current = _key_id(keys[0])

    @classmethod
    def from_file(cls, path: Path) -> "Vault":
        """The vault of a key file. Raises KeyFileRefused."""
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        except OSError as error:
            raise KeyFileRefused(f"the key file {path} cannot be opened: {error.strerror}") from None
        with os.fdopen(descriptor, encoding="ascii", errors="replace") as file:
            # The mode of what was opened: a path could name another file a moment later.
            mode = os.fstat(file.fileno()).st_mode
            if mode & _NOT_THE_OWNER:
                raise KeyFileRefused(
                    f"others may read the key file {path} (mode {mode & 0o777:04o}): chmod 0600 {path}"
                )
            lines = [line.strip() for line in file if line.strip()]
        try:
            return cls([base64.b64decode(line, validate=True) for line in lines])
        except (binascii.Error, ValueError):
            # `from None`: the cause could carry key material.
            raise KeyFileRefused(f"each line of {path} must be 32 random bytes in base64") from None

    @classmethod
    def from_settings(cls, settings: MeshSettings) -> "Vault":
        """The vault of the file that a service's environment names. Raises KeyFileRefused."""
        if settings.secret_key_file is None:
            raise KeyFileRefused("no key file is set: set …_SECRET_KEY_FILE to a file with 32 random bytes in base64")
        return cls.from_file(settings.secret_key_file)

    def encrypt(self, purpose: str, secret: bytes) -> str:
        """A token of printable ASCII, `v1.<key id>.<nonce and ciphertext in base64url>`."""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = self._ciphers[self._current].encrypt(nonce, secret, _bound(self._current, purpose))
        return f"{_VERSION}.{self._current}.{base64.urlsafe_b64encode(nonce + sealed).decode()}"

    def decrypt(self, purpose: str, token: str) -> bytes:
        """The secret of a token made for the same purpose. Raises SecretUnreadable."""
        version, _, rest = token.partition(".")
        key_id, _, body = rest.partition(".")
        cipher = self._ciphers.get(key_id)
        if version != _VERSION or cipher is None:
            raise SecretUnreadable(f"{purpose}: no key of this vault made this token")
        try:
            raw = base64.b64decode(body, altchars=b"-_", validate=True)
            return cipher.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], _bound(key_id, purpose))
        except (InvalidTag, binascii.Error, ValueError):
            raise SecretUnreadable(f"{purpose}: the token was changed or was made for something else") from None

    def tag(self, purpose: str) -> str:
        """What only this vault can say of a purpose, the same each time: 32 hexadecimal digits (HMAC, FIPS 198-1)."""
        return _tag(self._tagging[0], purpose)

    def is_tag(self, purpose: str, tag: str) -> bool:
        """Whether this vault said it, under any of its keys."""
        return any(hmac.compare_digest(_tag(key, purpose).encode(), tag.encode()) for key in self._tagging)

    def is_current(self, token: str) -> bool:
        """Whether a token was made under the key that encrypts now; if not, decrypt it and encrypt it anew."""
        return token.startswith(f"{_VERSION}.{self._current}.")

    @property
    def key_ids(self) -> frozenset[str]:
        """Names of the keys that this vault can decrypt with; they tell nothing about the keys."""
        return frozenset(self._ciphers)

    def __repr__(self) -> str:
        return f"Vault({len(self._ciphers)} keys, current {self._current})"

    def __reduce__(self) -> str:
        raise TypeError("a vault is never copied to another process")


def _key_id(key: bytes) -> str:
    """A name of a key that tells nothing about it."""
    return hashlib.sha256(b"navette vault key id\0" + key).hexdigest()[:12]


def _tag(key: bytes, purpose: str) -> str:
    return hmac.digest(key, purpose.encode(), "sha256").hex()[:_TAG_DIGITS]


def _bound(key_id: str, purpose: str) -> bytes:
    return f"{_VERSION}\0{key_id}\0{purpose}".encode()
