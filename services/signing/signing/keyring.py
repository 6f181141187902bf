"""Which key seals for whom: the network's own, or a company's. Keys are put in another's place while seals are made."""

import hashlib
from dataclasses import dataclass, field
from functools import lru_cache
from uuid import UUID

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa

from mesh.breaker import Breaker
from signing.domain.policy import Algorithm
from signing.domain.sealing import Sealer

_STALL_SECONDS = 60


@dataclass(frozen=True)
class Stand:
    """One key at work: its sealer, its certificate with the issuers (DER), and its breaker: keys fail apart."""

    sealer: Sealer
    chain: tuple[bytes, ...] = field(repr=False)
    breaker: Breaker

    @property
    def algorithm(self) -> Algorithm | None:
        """What its key signs with; None where there is no key."""
        return _algorithm(self.chain[0]) if self.chain else None


@lru_cache(256)
def _algorithm(certificate: bytes) -> Algorithm:
    public = x509.load_der_x509_certificate(certificate).public_key()
    return Algorithm.RSA if isinstance(public, rsa.RSAPublicKey) else Algorithm.ECDSA


class KeyRing:
    """The keys in use. A seal keeps the stand it began with, so the key before finishes what it began."""

    def __init__(self) -> None:
        self._stands: dict[UUID | None, Stand] = {}

    def of(self, company_id: UUID | None = None) -> Stand:
        """The company's stand, or the network's (of None)."""
        return self._stands.get(company_id) or self._stands[None]

    def put(self, owner: UUID | None, sealer: Sealer, chain: tuple[bytes, ...]) -> None:
        """From now on this key seals for a company, or for the network (None)."""
        resource = "seal" if owner is None else f"seal:{owner}"
        self._stands[owner] = Stand(sealer, chain, Breaker(resource, stall_seconds=_STALL_SECONDS))

    @property
    def owners(self) -> frozenset[UUID]:
        """The companies that have a key of their own."""
        return frozenset(owner for owner in self._stands if owner is not None)

    def is_usable(self, owner: UUID | None) -> bool:
        """Whether a key is at work there."""
        return bool((stand := self._stands.get(owner)) and stand.chain)

    def has(self, owner: UUID | None) -> bool:
        """Whether there is a key of its own."""
        return owner in self._stands

    def drop(self, owner: UUID) -> None:
        """The network's key seals for this company again."""
        self._stands.pop(owner, None)

    def chain_of(self, certificate_sha256: str) -> tuple[bytes, ...] | None:
        """The certificate in use that has this SHA-256, with its issuers (DER)."""
        chains = (stand.chain for stand in self._stands.values() if stand.chain)
        return next((chain for chain in chains if hashlib.sha256(chain[0]).hexdigest() == certificate_sha256), None)

    @property
    def room(self) -> int:
        """How many bytes a writer must keep for a seal by any of them."""
        return max(stand.sealer.room for stand in self._stands.values())

    def close(self) -> None:
        """Let the running seals end and stop."""
        for stand in self._stands.values():
            stand.sealer.close()
