"""The words that a customer agrees to, by version; a proof names the version and the digest of the text."""

import hashlib
from typing import Final

VERSION: Final = "2026-11"
TEXT: Final = {
    "fr": (
        "Je suis habilité à engager la société et j’accepte qu’elle reçoive sous format électronique les factures de "
        "cet émetteur. Cet accord vaut pour cette société seule et peut être retiré à tout moment."
    ),
    "en": (
        "I am entitled to act for the company and agree that it receives this issuer’s invoices in electronic format. "
        "This agreement counts for this company alone and can be withdrawn at any time."
    ),
}


def sha256() -> str:
    """Digest of both texts, in hexadecimal."""
    return hashlib.sha256("\n\n".join(TEXT[language] for language in sorted(TEXT)).encode()).hexdigest()
