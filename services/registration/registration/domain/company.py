"""A company as registration takes it in: a legal entity with its identifiers, address, zone and language."""

from functools import cache
from typing import Annotated, Literal, Self
from zoneinfo import available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

from contracts.registration import Address, Identifier
from registration.domain import homographs, identifiers, natural_person, search_text
from registration.domain.identifiers import Key
from registration.domain.natural_person import CustomerNumber

_MAX_IDENTIFIERS = 20
Line = Annotated[str, Field(max_length=200)]
Kind = Annotated[
    Literal["company", "association", "person"],
    Field(description="`person`: a natural person, told apart by a national number or a customer number"),
]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$", description="ISO 3166-1 alpha-2")]


class PostalAddress(Address):
    """An address with the lengths that fit on a page."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    line_one: Line = ""
    line_two: Line = ""
    postal_code: Annotated[str, Field(max_length=20)] = ""
    city: Line = ""
    subdivision: Line = ""
    country: Country


@cache
def _zones() -> frozenset[str]:
    """Read from the disk once: the database has some six hundred files."""
    return frozenset(available_timezones())


def _spaces_removed(value: object) -> object:
    return " ".join(value.split()) if isinstance(value, str) else value


class Company(BaseModel):
    """Everything a company says of itself. Raises ValueError (pydantic) with the place of each flaw."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    legal_name: Annotated[
        str, BeforeValidator(_spaces_removed), AfterValidator(homographs.checked), Field(min_length=1, max_length=200)
    ]
    kind: Kind = "company"
    country: Country
    vat_id: Annotated[str | None, Field(max_length=20, description="With its prefix, for example FR65908172638")] = None
    legal_id: Identifier | None = None
    identifiers: Annotated[tuple[Identifier, ...], Field(max_length=_MAX_IDENTIFIERS)] = ()
    national_number: Annotated[
        str | None, Field(max_length=natural_person.MAX, description="Of a natural person; kept as personal data")
    ] = None
    customer_number: Annotated[
        CustomerNumber | None, Field(description="Of a natural person, as the issuer gave it that brought them")
    ] = None
    electronic_address: Identifier | None = None
    address: PostalAddress
    time_zone: Annotated[str, Field(description="IANA name; the calendar day of invoices is counted there")]
    language: Literal["fr", "en"] = "fr"
    supplier: bool = False
    buyer: bool = False

    @field_validator("vat_id", mode="after")
    @classmethod
    def _vat_fits(cls, value: str | None, info: ValidationInfo) -> str | None:
        kept = identifiers.plain(value) if value else ""
        if kept and "country" in info.data:  # else the country itself is wrong
            identifiers.vat_number(kept, info.data["country"])
        return kept or None

    @field_validator("legal_id", mode="after")
    @classmethod
    def _legal_id_fits(cls, value: Identifier | None) -> Identifier | None:
        return identifiers.identifier(value.scheme, value.value) if value else None

    @field_validator("identifiers", mode="after")
    @classmethod
    def _identifiers_fit(cls, values: tuple[Identifier, ...]) -> tuple[Identifier, ...]:
        return tuple(dict.fromkeys(identifiers.identifier(each.scheme, each.value) for each in values))

    @field_validator("national_number", mode="after")
    @classmethod
    def _national_number_fits(cls, value: str | None, info: ValidationInfo) -> str | None:
        if not value or not value.strip():
            return None
        if info.data.get("kind") != "person":
            raise ValueError("a natural person alone has a national number")
        if "country" not in info.data:  # the country itself is wrong
            return None
        return natural_person.national_number(value, info.data["country"])

    @field_validator("electronic_address", mode="after")
    @classmethod
    def _address_fits(cls, value: Identifier | None) -> Identifier | None:
        return identifiers.electronic_address(value.scheme, value.value) if value else None

    @field_validator("time_zone")
    @classmethod
    def _zone_is_known(cls, value: str) -> str:
        if value not in _zones():
            raise ValueError("this is no zone of the IANA database, such as Europe/Paris")
        return value

    @model_validator(mode="after")
    def _all_speak_of_one_company(self) -> Self:
        if wrong := identifiers.contradiction(self.account_keys()):
            raise ValueError(wrong)
        return self

    def search_text(self) -> str:
        """What the directory finds it by: never a number of a natural person."""
        numbers = [self.vat_id or "", self.legal_id.value if self.legal_id else ""]
        return search_text.of_company(self.legal_name, [*numbers, *(each.value for each in self.identifiers)])

    def account_keys(self) -> tuple[Key, ...]:
        """What no other account may have."""
        keys = identifiers.account_keys(self.vat_id, self.legal_id, self.identifiers)
        if self.national_number:
            keys = (*keys, natural_person.key(self.national_number, self.country))
        return (*keys, self.customer_number.key) if self.customer_number else keys
