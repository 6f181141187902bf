"""The terms of use that a company accepts when it registers. A new version is a new entry, never an edit."""

import hashlib
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Terms:
    """One version, in French and English; `sha256` is what a proof of acceptance names."""

    version: str
    texts: dict[str, str]

    @property
    def sha256(self) -> str:
        """Digest of both texts, in hexadecimal."""
        both = "\n\n".join(self.texts[language] for language in sorted(self.texts))
        return hashlib.sha256(both.encode()).hexdigest()


_FIRST: Final = Terms(
    "2026-11",
    {
        "fr": (
            "La société confie à Navette la transmission, le contrôle, le scellement technique et l’archivage de "
            "ses factures et avoirs. Elle répond de l’exactitude de ce qu’elle saisit, garde ses accès pour elle "
            "et tient ses coordonnées à jour. Les documents sont conservés pour le terme légal ; une fois "
            "archivés, ils ne peuvent être ni modifiés ni supprimés. La relation avec un client peut prendre fin "
            "à tout moment ; l’archive reste lisible."
        ),
        "en": (
            "The company entrusts Navette with carrying, checking, technically sealing and archiving its invoices and "
            "credit notes. It answers for the correctness of what it enters, keeps its access to "
            "itself and its contact "
            "data up to date. Documents are kept for their legal term; once archived they can be neither changed nor "
            "deleted. A connection with a customer can end at any time; the archive stays readable."
        ),
    },
)
CURRENT: Final = _FIRST
VERSIONS: Final = {terms.version: terms for terms in (_FIRST,)}
