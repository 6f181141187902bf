"""The sealer of an installation that was given no key."""

from signing.domain.levels import SealLevel
from signing.domain.sealing import SealedDocument
from signing.errors import CredentialProblem


class UnconfiguredSealer:
    """Refuses: nothing may look sealed that is not."""

    async def seal(self, pdf: bytes, *, xml_sha256: str, level: SealLevel) -> SealedDocument:
        raise CredentialProblem("no seal key is configured: set SIGNING_SEAL_KEY_FILE and SIGNING_SEAL_CHAIN_FILE")
