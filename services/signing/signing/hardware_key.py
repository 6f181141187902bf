"""A seal's key in a hardware security module, reached by PKCS#11 (OASIS PKCS #11 v3.0).

The module gets a digest and gives a signature; the key never leaves it.
"""

import hashlib
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, cast

import pkcs11
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from pkcs11.exceptions import (
    NoSuchKey,
    NoSuchToken,
    PinExpired,
    PinIncorrect,
    PinLocked,
    PKCS11Error,
    UserAlreadyLoggedIn,
)

from signing.credentials import SealChain, fits
from signing.errors import CredentialProblem, KeyUnavailable, WrongPin

_DIGEST_INFO: Final = bytes.fromhex("3031300d060960864801650304020105000420")
"""What RSASSA-PKCS1-v1_5 puts before a SHA-256 digest (RFC 8017, 9.2)."""
_ENDANGERED: Final = pkcs11.TokenFlag.USER_PIN_FINAL_TRY | pkcs11.TokenFlag.USER_PIN_LOCKED


class HardwareSealKey:
    """One private key of one token. A session serves one thread at a time; a lost one is opened again once."""

    def __init__(self, module: Path, token: str, label: str, pin: str, chain: SealChain) -> None:
        """Raises CredentialProblem when module, token or key are not what the settings say, WrongPin for the PIN."""
        self._place = (str(module), token, label)
        self._pin = pin
        self._chain = chain
        public = x509.load_der_x509_certificate(chain.certificate).public_key()
        self._is_rsa = isinstance(public, rsa.RSAPublicKey)
        self._lock = threading.Lock()
        self._key: Any = None
        self._refused: WrongPin | None = None
        try:
            signature = self.sign(b"")
        except KeyUnavailable as error:
            raise CredentialProblem(str(error)) from error
        self._check(public, signature)

    def __repr__(self) -> str:
        return f"HardwareSealKey(token={self._place[1]!r}, label={self._place[2]!r})"

    @property
    def certificate(self) -> bytes:
        return self._chain.certificate

    @property
    def chain(self) -> Sequence[bytes]:
        return self._chain.issuers

    def sign(self, data: bytes) -> bytes:
        digest = hashlib.sha256(data).digest()
        with self._lock:
            if self._refused:
                # a module locks itself after a few wrong PINs
                raise self._refused
            try:
                return self._signed(digest)
            except (PinIncorrect, PinLocked, PinExpired) as error:
                raise self._wrong_pin(type(error).__name__) from error
            except (NoSuchKey, NoSuchToken) as error:
                raise self._unavailable(error) from error
            except PKCS11Error:
                # the module was restarted or the session ended: once more with a new one
                self._key = None
            try:
                return self._signed(digest)
            except (PinIncorrect, PinLocked, PinExpired) as error:
                raise self._wrong_pin(type(error).__name__) from error
            except PKCS11Error as error:
                raise self._unavailable(error) from error

    def _signed(self, digest: bytes) -> bytes:
        if self._key is None:
            self._key = self._opened()
        if self._is_rsa:
            return cast(bytes, self._key.sign(_DIGEST_INFO + digest, mechanism=pkcs11.Mechanism.RSA_PKCS))
        # SoftHSM2 and many modules hash nothing themselves for ECDSA, so they get the ready digest
        raw = cast(bytes, self._key.sign(digest, mechanism=pkcs11.Mechanism.ECDSA))
        half = len(raw) // 2
        return encode_dss_signature(int.from_bytes(raw[:half], "big"), int.from_bytes(raw[half:], "big"))

    def _opened(self) -> Any:
        module, token, label = self._place
        found = pkcs11.lib(module).get_token(token_label=token)
        if found.flags & _ENDANGERED:
            raise self._wrong_pin("one more wrong PIN locks it: log in by hand once, which clears its count")
        try:
            session = found.open(user_pin=self._pin)
        except UserAlreadyLoggedIn:
            session = found.open()  # a login is the whole process's, and outlives a session (PKCS #11, 5.6)
        return session.get_key(object_class=pkcs11.ObjectClass.PRIVATE_KEY, label=label)

    def _wrong_pin(self, why: str) -> WrongPin:
        self._refused = WrongPin(f"the token {self._place[1]} was not logged in to, and is not tried again: {why}")
        return self._refused

    def _unavailable(self, error: PKCS11Error) -> KeyUnavailable:
        _, token, label = self._place
        return KeyUnavailable(f"the key {label} of the token {token} can't sign: {type(error).__name__}")

    def _check(self, public: object, signature: bytes) -> None:
        if not isinstance(public, ec.EllipticCurvePublicKey | rsa.RSAPublicKey) or not fits(public, signature):
            raise CredentialProblem(f"the key {self._place[2]} is not the one of the first certificate in its chain")
