"""The sealed original, and the ports of what makes it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from signing.domain.levels import SealLevel
from signing.domain.rendering import Printed


@dataclass(frozen=True)
class SealedDocument:
    """A PDF/A-3b with its seal.

    `sealed_at` is the time-stamp authority's time, or the system's where the level has no time-stamp (UTC).
    Digests are SHA-256 in lower-case hexadecimal.
    """

    content: bytes = field(repr=False)
    sha256: str
    xml_sha256: str
    level: SealLevel
    certificate_sha256: str
    sealed_at: datetime


class SealKey(Protocol):
    """The private key behind a seal. It signs and nothing more: the key never leaves its door."""

    @property
    def certificate(self) -> bytes:
        """The seal's certificate (DER)."""
        ...

    @property
    def chain(self) -> Sequence[bytes]:
        """Issuers' certificates (DER), from the certificate's issuer up, the root included."""
        ...

    def sign(self, data: bytes) -> bytes:
        """The DER signature of `data`: ECDSA with SHA-256, or RSASSA-PKCS1-v1_5 with SHA-256 for an RSA key."""
        ...


class Sealer(Protocol):
    """Puts the seal on a rendered original."""

    @property
    def room(self) -> int:
        """How many bytes a writer should keep for the seal; 0 where it is added by an incremental update."""
        ...

    def close(self) -> None:
        """Let what runs end, and stop."""
        ...

    async def seal(self, printed: Printed, *, xml_sha256: str, level: SealLevel) -> SealedDocument:
        """Seal the file, whose embedded XML must have this digest.

        Raises EmbeddedXmlMismatch, UnreadablePdf, TsaUnavailable, RevocationUnavailable, CredentialProblem.
        """
        ...
