"""What a signature check found, in the words of ETSI EN 319 102-1."""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from signing.domain.levels import SealLevel


class Indication(StrEnum):
    """EN 319 102-1, §5.1.3: indeterminate means that the file does not hold, or nobody trusts, what is needed."""

    TOTAL_PASSED = "TOTAL_PASSED"
    INDETERMINATE = "INDETERMINATE"
    TOTAL_FAILED = "TOTAL_FAILED"


class Changes(StrEnum):
    """What was added to the file after the signature."""

    NONE = "none"
    VALIDATION_DATA = "validation_data"
    FORM = "form"
    OTHER = "other"


class SignatureFinding(BaseModel):
    """One signature. `level` is what the file holds, whether it is valid or not. Times are UTC."""

    model_config = ConfigDict(frozen=True)

    field: str
    signer: str
    certificate_sha256: str
    level: SealLevel
    indication: Indication
    reason: str | None = None
    is_intact: bool
    is_certification: bool
    changes_after: Changes
    signed_at: datetime | None = None
    stamped_at: datetime | None = None


class SignatureReport(BaseModel):
    """All signatures of a file. `indication` is that of the weakest one, none at all is a failure."""

    model_config = ConfigDict(frozen=True)

    indication: Indication
    signatures: tuple[SignatureFinding, ...]


def weakest(signatures: tuple[SignatureFinding, ...]) -> Indication:
    """The indication a whole file deserves."""
    found = {signature.indication for signature in signatures}
    if not found or Indication.TOTAL_FAILED in found:
        return Indication.TOTAL_FAILED
    return Indication.INDETERMINATE if Indication.INDETERMINATE in found else Indication.TOTAL_PASSED
