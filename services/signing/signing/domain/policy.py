"""Which level a seal must reach, and what may be said about it."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Final, get_args

from pydantic import BaseModel, ConfigDict, Field

from contracts.registration import PageLanguage
from signing.domain.levels import SealLevel

Language = PageLanguage
CountryCode = Annotated[str, Field(pattern=r"^[A-Z]{2}$", description="ISO 3166-1 alpha-2")]


SPOKEN: Final[Mapping[str, Language]] = {
    **dict.fromkeys(("FR", "GP", "MQ", "GF", "RE", "YT", "MC"), "fr"),
    **dict.fromkeys(("GB", "IE", "MT", "US"), "en"),
    **dict.fromkeys(("DE", "AT", "LI"), "de"),
    "ES": "es",
    "IT": "it",
    "SM": "it",
    "NL": "nl",
    "PT": "pt",
    "PL": "pl",
    "DK": "da",
    "SE": "sv",
    "FI": "fi",
    **dict.fromkeys(("GR", "CY"), "el"),
    "CZ": "cs",
    "SK": "sk",
    "HU": "hu",
    "RO": "ro",
    "BG": "bg",
    "HR": "hr",
    "SI": "sl",
    "EE": "et",
    "LV": "lv",
    "LT": "lt",
}
"""The language of countries that have one that a page can speak."""


class SealKind(StrEnum):
    """How a seal may be called. Neither word claims that a document is certified or compliant."""

    TECHNICAL = "technical"
    QUALIFIED = "qualified"


class Algorithm(StrEnum):
    """What a key signs with, each with SHA-256 (ETSI TS 119 312)."""

    ECDSA = "ECDSA"
    RSA = "RSA"


class SealPolicy(BaseModel):
    """The rules of one installation.

    `levels` overrides `level` by the supplier's country, `algorithms_of` what a key may sign with there. In
    `legal_countries` the sealed file is the legal original; elsewhere it is a workflow image and marked so. `kind` is
    qualified only when the configured certificate is (Regulation (EU) 910/2014, Art. 38): that can't be told from here,
    so the operator says it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    level: SealLevel = SealLevel.B_LTA
    levels: Mapping[CountryCode, SealLevel] = Field(default_factory=dict[str, SealLevel])
    algorithms: frozenset[Algorithm] = frozenset(Algorithm)
    algorithms_of: Mapping[CountryCode, frozenset[Algorithm]] = Field(default_factory=dict[str, frozenset[Algorithm]])
    legal_countries: frozenset[CountryCode] = frozenset({"FR"})
    kind: SealKind = SealKind.TECHNICAL

    def level_for(self, supplier_country: str) -> SealLevel:
        """The level a seal for this supplier must reach."""
        return self.levels.get(supplier_country, self.level)

    def permits(self, algorithm: Algorithm, supplier_country: str) -> bool:
        """Whether a key of this kind may seal for this supplier."""
        return algorithm in self.algorithms_of.get(supplier_country, self.algorithms)

    def languages_for(
        self, language: str, supplier_country: str, buyer_country: str, chosen: str | None = None
    ) -> tuple[Language, ...]:
        """The supplier's language, and beside it what the supplier chose for this customer.

        Where nothing was chosen, across a border: the customer's own, or what is read everywhere.
        """
        first: Language = "fr" if language == "fr" else "en"
        for known in get_args(Language):
            if known == chosen:
                return (first,) if known == first else (first, known)
        if supplier_country == buyer_country:
            return (first,)
        second = SPOKEN.get(buyer_country, first)
        return (first, second if second != first else "en" if first == "fr" else "fr")

    def is_legal_original(self, supplier_country: str, buyer_country: str) -> bool:
        """Whether both sides are in countries where the operator lets the sealed file be the legal original."""
        return {supplier_country, buyer_country} <= self.legal_countries
