"""Passkeys (W3C Web Authentication, level 3) by py_webauthn: options for a browser, and what it answers verified."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import orjson
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)


@dataclass(frozen=True)
class Registered:
    """The public half of a new passkey."""

    credential_id: bytes
    public_key: bytes
    sign_count: int


class Passkeys:
    """Passkeys of one portal: bound to its host name, answered from its origins only."""

    def __init__(self, public_url: str, origins: Sequence[str]) -> None:
        self._host = urlsplit(public_url).hostname or "localhost"
        self._origins = list(origins)

    def to_register(
        self, person_id: UUID, *, email: str, name: str, known: Iterable[bytes]
    ) -> tuple[dict[str, Any], bytes]:
        """`PublicKeyCredentialCreationOptions` as JSON, and the challenge in them."""
        options = generate_registration_options(
            rp_id=self._host,
            rp_name="Navette",
            user_id=person_id.bytes,
            user_name=email,
            user_display_name=name,
            exclude_credentials=[PublicKeyCredentialDescriptor(id=each) for each in known],
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.PREFERRED, user_verification=UserVerificationRequirement.PREFERRED
            ),
        )
        return orjson.loads(options_to_json(options)), options.challenge

    def to_sign_in(self, known: Iterable[bytes]) -> tuple[dict[str, Any], bytes]:
        """`PublicKeyCredentialRequestOptions` as JSON, and the challenge in them."""
        options = generate_authentication_options(
            rp_id=self._host, allow_credentials=[PublicKeyCredentialDescriptor(id=each) for each in known]
        )
        return orjson.loads(options_to_json(options)), options.challenge

    def registered(self, credential: dict[str, Any], challenge: bytes) -> Registered | None:
        """What a browser registered; None when it does not answer this challenge."""
        try:
            found = verify_registration_response(
                credential=credential,
                expected_challenge=challenge,
                expected_rp_id=self._host,
                expected_origin=self._origins,
            )
        except (WebAuthnException, ValueError, KeyError, TypeError):
            return None
        return Registered(found.credential_id, found.credential_public_key, found.sign_count)

    def proved(self, credential: dict[str, Any], challenge: bytes, *, public_key: bytes, sign_count: int) -> int | None:
        """The new count of signatures; None when the answer is wrong, or a copy of the passkey was used."""
        try:
            found = verify_authentication_response(
                credential=credential,
                expected_challenge=challenge,
                expected_rp_id=self._host,
                expected_origin=self._origins,
                credential_public_key=public_key,
                credential_current_sign_count=sign_count,
            )
        except (WebAuthnException, ValueError, KeyError, TypeError):
            return None
        return found.new_sign_count
