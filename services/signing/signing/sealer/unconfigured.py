"""The sealer in the place of a key that is missing or can't be used."""

from signing.domain.levels import SealLevel
from signing.domain.rendering import Printed
from signing.domain.sealing import SealedDocument
from signing.errors import CredentialProblem

NO_KEY = "no seal key is configured: set SIGNING_SEAL_KEY_FILE and SIGNING_SEAL_CHAIN_FILE"


class UnconfiguredSealer:
    """Refuses: nothing may look sealed that is not."""

    room = 0

    def __init__(self, why: str = NO_KEY) -> None:
        self.why = why

    def close(self) -> None:
        """It has nothing to stop."""

    async def seal(self, printed: Printed, *, xml_sha256: str, level: SealLevel) -> SealedDocument:
        raise CredentialProblem(self.why)
