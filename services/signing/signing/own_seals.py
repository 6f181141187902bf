"""Whether a signature somebody brings is a seal of this network."""

from signing.domain.report import Indication, SignatureFinding
from signing.errors import CredentialProblem
from signing.keyring import KeyRing
from signing.sealer.revocation import RevocationCache
from signing.sealer.standing import refuse_revoked


def is_network_seal(found: SignatureFinding, keys: KeyRing, revocation: RevocationCache) -> bool:
    """It is intact, nothing came after it, and the certificate it was verified with is one of ours and not revoked.

    A certificate is public: that a file holds ours says nothing of who signed it.
    """
    chain = keys.chain_of(found.certificate_sha256)
    if chain is None or not found.is_intact or found.indication is Indication.TOTAL_FAILED:
        return False
    try:
        refuse_revoked(chain, revocation.kept(chain))
    except CredentialProblem:
        return False
    return True
