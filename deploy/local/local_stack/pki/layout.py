"""Where each file of the PKI stands in its directory, and under which path it is served.

root.pem  issuing.pem  tsa-ca.pem  seal.pem  tsa.pem  ocsp.pem      certificates (PEM)
root.key  issuing.key  tsa-ca.key  seal.key  tsa.key  ocsp.key      private keys (PKCS#8 PEM, mode 0600)
seal-chain.pem                                                      seal certificate, issuing authority, root
trust.pem                                                           what a verifier trusts: the root alone
revoked.json                                                        {"<name>": "<time>"}, read at each status answer
"""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final


class Name(StrEnum):
    """Who holds a certificate."""

    ROOT = "root"
    ISSUING = "issuing"
    TSA_CA = "tsa-ca"
    SEAL = "seal"
    TSA = "tsa"
    OCSP = "ocsp"


AUTHORITIES: Final = (Name.ROOT, Name.ISSUING, Name.TSA_CA)
ISSUER: Final = {
    Name.ROOT: Name.ROOT,
    Name.ISSUING: Name.ROOT,
    Name.TSA_CA: Name.ROOT,
    Name.SEAL: Name.ISSUING,
    Name.OCSP: Name.ISSUING,
    Name.TSA: Name.TSA_CA,
}


@dataclass(frozen=True)
class Layout:
    """The files of one PKI directory."""

    directory: Path

    def certificate(self, name: Name) -> Path:
        return self.directory / f"{name}.pem"

    def key(self, name: Name) -> Path:
        return self.directory / f"{name}.key"

    @property
    def seal_chain(self) -> Path:
        return self.directory / "seal-chain.pem"

    @property
    def trust(self) -> Path:
        return self.directory / "trust.pem"

    @property
    def revoked(self) -> Path:
        return self.directory / "revoked.json"

    def is_complete(self) -> bool:
        """Whether every certificate and key is there: a directory is made whole or not at all."""
        files = [self.certificate(name) for name in Name] + [self.key(name) for name in Name]
        return all(path.is_file() for path in [*files, self.seal_chain, self.trust])
