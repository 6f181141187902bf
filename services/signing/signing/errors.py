"""What can go wrong while a readable original is made and sealed.

SealingError
├── DocumentRefused                the document itself can't be sealed; trying again changes nothing
│   ├── UnreadableInvoice          the XML is no invoice this service can print
│   ├── UnprintableCharacter       no embedded font has the glyph
│   ├── UnprintableDocument        the page can't be typeset
│   ├── EmbeddedXmlMismatch        the XML in the PDF is not the XML that was validated
│   ├── UnreadablePdf              what came in is no PDF, or a damaged one
│   └── SealNotVerified            a seal of ours did not pass its own verification
├── Unavailable                    something outside is down: worth trying again
│   ├── TsaUnavailable             no time-stamping authority answered
│   ├── KeyUnavailable             the module that keeps the key does not sign
│   ├── RevocationUnavailable      no fresh CRL or OCSP answer for a certificate
│   ├── SealPending                what a sound seal leans on is not in force, or not trusted here
│   └── TooManyFiles               as many of other people's files as there is room for are being looked at
├── TemplateRefused                a company's own template can't be used: an operator must act
└── CredentialProblem              the seal's own certificate or key can't be used: an operator must act
    └── WrongPin                   the module refuses the PIN: it is not tried again
"""

from collections.abc import Sequence

_SHOWN = 20


class SealingError(Exception):
    """Base of this service's errors. `code` is stable."""

    code = "SEALING_ERROR"


class DocumentRefused(SealingError):
    """The document can't be made into a sealed original; the same document will be refused again."""

    code = "DOCUMENT_REFUSED"

    @property
    def parameters(self) -> dict[str, str]:
        """What may be told about it in a fact that is kept for good: nothing of the document's content."""
        return {}


class UnreadableInvoice(DocumentRefused):
    """The XML is no invoice, or one with terms that can't be understood."""

    code = "UNREADABLE_INVOICE"


class UnprintableCharacter(DocumentRefused):
    """Characters that no embedded font has. A page may never show an empty box instead (ISO 19005-3, 6.2.11.8)."""

    code = "UNPRINTABLE_CHARACTER"

    def __init__(self, characters: Sequence[str]) -> None:
        self.characters = tuple(characters)
        super().__init__(f"no embedded font can print {self._named}: remove these characters from the document")

    @property
    def _named(self) -> str:
        return ", ".join(f"U+{ord(character):04X}" for character in self.characters[:_SHOWN])

    @property
    def parameters(self) -> dict[str, str]:
        return {"characters": self._named}


class UnprintableDocument(DocumentRefused):
    """The page can't be typeset as PDF/A."""

    code = "UNPRINTABLE_DOCUMENT"


class TemplateRefused(SealingError):
    """A company's own template leaves something out, or takes too long: its invoices wait until it is mended."""

    code = "TEMPLATE_REFUSED"


class EmbeddedXmlMismatch(DocumentRefused):
    """The bytes that were checked are the bytes that are sealed, or nothing is sealed."""

    code = "EMBEDDED_XML_MISMATCH"


class UnreadablePdf(DocumentRefused):
    """Not a PDF, damaged, encrypted, or beyond the limits of what is read."""

    code = "UNREADABLE_PDF"


class SealNotVerified(DocumentRefused):
    """A seal that was just made does not stand: a fault of ours, for an operator to look at."""

    code = "SEAL_NOT_VERIFIED"


class Unavailable(SealingError):
    """Something this service leans on does not answer; the work may be tried again later."""

    code = "UNAVAILABLE"


class TsaUnavailable(Unavailable):
    """No configured time-stamping authority gave a token."""

    code = "TSA_UNAVAILABLE"


class KeyUnavailable(Unavailable):
    """The hardware module that keeps the key does not answer or has no session for us."""

    code = "KEY_UNAVAILABLE"


class RevocationUnavailable(Unavailable):
    """No current revocation data for a certificate that the seal's level needs them for."""

    code = "REVOCATION_UNAVAILABLE"


class SealPending(Unavailable):
    """A seal that was just made is sound, but not what it leans on: a chain that is not trusted here or not in force,
    a clock that is ahead. Time or an operator mends it; a new seal is made then.
    """

    code = "SEAL_PENDING"


class TooManyFiles(Unavailable):
    """All places for files whose signatures are looked at are taken."""

    code = "TOO_MANY_FILES"


class CredentialProblem(SealingError):
    """The seal's certificate or key can't be used: missing, unprotected, expired, revoked or not made for seals."""

    code = "CREDENTIAL_PROBLEM"


class WrongPin(CredentialProblem):
    """The module refused the PIN, or would be locked by one more wrong one: it is not tried again by itself."""

    code = "WRONG_PIN"
