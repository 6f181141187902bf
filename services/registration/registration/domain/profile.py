"""What a company keeps beside its legal data: billing addresses, bank accounts, and contacts who are not users."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from stdnum import bic as bic_number
from stdnum import iban as iban_number
from stdnum.exceptions import ValidationError

from contracts.registration import Accent
from registration.domain import mail_address, phone
from registration.domain.company import PostalAddress

_MOST = 50
Purpose = Literal["billing", "orders", "compliance", "technical", "other"]


def _one_line(value: object) -> object:
    return " ".join(value.split()) if isinstance(value, str) else value


def _iban(value: str) -> str:
    try:
        return iban_number.validate(value)
    except ValidationError:
        raise ValueError("the check digits of this IBAN do not fit (ISO 13616); look at the number again") from None


def _bic(value: str) -> str:
    try:
        return bic_number.validate(value) if value else ""
    except ValidationError:
        raise ValueError("a BIC has 8 or 11 letters and digits (ISO 9362)") from None


Label = Annotated[str, BeforeValidator(_one_line), Field(min_length=1, max_length=120)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class BillingAddress(_Part):
    """Where invoices of a part of the company are addressed to, or come from."""

    label: Label
    address: PostalAddress


class BankAccount(_Part):
    """Where the company is paid; `holder` when it differs from the company's name."""

    label: Label
    iban: Annotated[str, Field(max_length=60), AfterValidator(_iban)]
    bic: Annotated[str, Field(max_length=20), AfterValidator(_bic)] = ""
    holder: Annotated[str, BeforeValidator(_one_line), Field(max_length=120)] = ""


class Contact(_Part):
    """Somebody to turn to who need not be able to sign in; by e-mail, by phone, or both."""

    name: Label
    purpose: Purpose
    email: Annotated[str, Field(max_length=mail_address.MAX + 20)] = ""
    phone: Annotated[str, Field(max_length=40)] = ""

    @model_validator(mode="after")
    def _can_be_reached(self) -> Self:
        if self.email:
            mail_address.checked(self.email)
        if self.phone:
            phone.checked(self.phone)
        if not (self.email or self.phone):
            raise ValueError("give an e-mail address or a phone number")
        return self


class Profile(_Part):
    """All of it. The first of each list is the usual one."""

    billing_addresses: Annotated[tuple[BillingAddress, ...], Field(max_length=_MOST)] = ()
    bank_accounts: Annotated[tuple[BankAccount, ...], Field(max_length=_MOST)] = ()
    contacts: Annotated[tuple[Contact, ...], Field(max_length=_MOST)] = ()
    accent: Accent | None = None
    """The colour of the company's invoices; darkened there until text in it is readable on white."""

    @model_validator(mode="after")
    def _each_account_once(self) -> Self:
        numbers = [each.iban for each in self.bank_accounts]
        if len(set(numbers)) < len(numbers):
            raise ValueError("an IBAN stands here twice")
        return self
