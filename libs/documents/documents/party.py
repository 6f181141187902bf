"""Who takes part: one shape for sellers and buyers, so that an order's parties become an invoice's unchanged."""

from typing import Annotated

from pydantic import AfterValidator, Field

from documents.values import Code, Groups, Identifier, Model, OptionalGroup, OptionalText, Text


def _unschemed_first(identifiers: tuple[Identifier, ...]) -> tuple[Identifier, ...]:
    """CII writes `ID` before `GlobalID`; the model keeps that order, so that no syntax reorders identifiers."""
    return tuple(sorted(identifiers, key=lambda identifier: identifier.scheme is not None))


Identifiers = Annotated[Groups[Identifier], AfterValidator(_unschemed_first)]


class PostalAddress(Model):
    """BG-5 seller, BG-8 buyer, BG-12 tax representative, BG-15 deliver to."""

    line_one: OptionalText = Field(default=None, description="BT-35 / BT-50 / BT-64 / BT-75")
    line_two: OptionalText = Field(default=None, description="BT-36 / BT-51 / BT-65 / BT-76")
    line_three: OptionalText = Field(default=None, description="BT-162 / BT-163 / BT-164 / BT-165")
    city: OptionalText = Field(default=None, description="BT-37 / BT-52 / BT-66 / BT-77")
    post_code: OptionalText = Field(default=None, description="BT-38 / BT-53 / BT-67 / BT-78")
    subdivision: OptionalText = Field(default=None, description="BT-39 / BT-54 / BT-68 / BT-79")
    country: Code = Field(description="BT-40 / BT-55 / BT-69 / BT-80, ISO 3166-1 alpha-2")


class Contact(Model):
    """BG-6 seller contact, BG-9 buyer contact."""

    name: OptionalText = Field(default=None, description="BT-41 / BT-56")
    telephone: OptionalText = Field(default=None, description="BT-42 / BT-57")
    email: OptionalText = Field(default=None, description="BT-43 / BT-58")


class Party(Model):
    """BG-4 seller, BG-7 buyer, and the parties of orders and receipts."""

    name: Text = Field(description="BT-27 / BT-44, the full formal name")
    trading_name: OptionalText = Field(default=None, description="BT-28 / BT-45")
    identifiers: Identifiers = Field(
        default=(), description="BT-29 / BT-46, scheme ISO 6523 ICD; `SEPA` is no scheme here: that identifier is BT-90"
    )
    legal_registration: OptionalGroup[Identifier] = Field(
        default=None, description="BT-30 / BT-47, scheme ISO 6523 ICD (0002 SIREN, 0009 SIRET)"
    )
    vat_identifier: OptionalText = Field(default=None, description="BT-31 / BT-48, with its country prefix")
    tax_registration: OptionalText = Field(default=None, description="BT-32, seller only")
    legal_information: OptionalText = Field(default=None, description="BT-33, seller only: legal form, capital …")
    electronic_address: OptionalGroup[Identifier] = Field(
        default=None, description="BT-34 / BT-49, scheme EAS (0225 French directory, EM e-mail)"
    )
    address: OptionalGroup[PostalAddress] = Field(default=None, description="BG-5 / BG-8")
    contact: OptionalGroup[Contact] = Field(default=None, description="BG-6 / BG-9")


class Payee(Model):
    """BG-10, when it is not the seller who is paid."""

    name: Text = Field(description="BT-59")
    identifier: OptionalGroup[Identifier] = Field(default=None, description="BT-60, scheme ISO 6523 ICD")
    legal_registration: OptionalGroup[Identifier] = Field(default=None, description="BT-61, scheme ISO 6523 ICD")


class TaxRepresentative(Model):
    """BG-11, the seller's tax representative."""

    name: Text = Field(description="BT-62")
    vat_identifier: OptionalText = Field(default=None, description="BT-63, mandatory in EN 16931 (BR-56)")
    address: OptionalGroup[PostalAddress] = Field(default=None, description="BG-12, mandatory in EN 16931 (BR-19)")
