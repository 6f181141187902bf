"""VAT categories and their breakdown."""

from enum import StrEnum
from typing import Final

from pydantic import Field

from documents.values import Amount, Code, Model, OptionalText, Percentage


class VatCategoryCode(StrEnum):
    """UNTDID 5305, the subset of EN 16931 (BR-CL-17, BR-CL-18)."""

    STANDARD = "S"
    ZERO_RATED = "Z"
    EXEMPT = "E"
    REVERSE_CHARGE = "AE"
    INTRA_COMMUNITY = "K"
    EXPORT = "G"
    OUTSIDE_SCOPE = "O"
    CANARY_ISLANDS = "L"
    CEUTA_MELILLA = "M"
    TRANSFERRED = "B"


REASON_CODES: Final[dict[str, str]] = {
    VatCategoryCode.REVERSE_CHARGE: "VATEX-EU-AE",
    VatCategoryCode.INTRA_COMMUNITY: "VATEX-EU-IC",
    VatCategoryCode.EXPORT: "VATEX-EU-G",
    VatCategoryCode.OUTSIDE_SCOPE: "VATEX-EU-O",
}
"""The one reason that a category implies (code list VATEX); an exemption (E) has many, so the seller names it."""


class VatCategory(Model):
    """Category and rate of a line, an allowance or a charge (BG-30, BT-95 and BT-96, BT-102 and BT-103)."""

    code: Code = Field(description="BT-151 / BT-95 / BT-102, UNTDID 5305")
    rate: Percentage | None = Field(
        default=None, description="BT-152 / BT-96 / BT-103; absent only outside the scope of VAT (O)"
    )


class ExemptionReason(Model):
    """Why a category bears no VAT: what a draft says once for all its lines of that category."""

    category: Code = Field(description="UNTDID 5305")
    text: OptionalText = Field(default=None, description="BT-120")
    code: OptionalText = Field(default=None, description="BT-121, code list VATEX")


class VatBreakdown(Model):
    """BG-23, one per category and rate."""

    taxable_amount: Amount = Field(description="BT-116")
    tax_amount: Amount = Field(description="BT-117")
    category: VatCategory = Field(description="BT-118 and BT-119")
    exemption_reason: OptionalText = Field(default=None, description="BT-120")
    exemption_reason_code: OptionalText = Field(default=None, description="BT-121, code list VATEX")
