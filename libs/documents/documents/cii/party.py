"""Trade parties in CII."""

from collections.abc import Sequence
from typing import Final

from documents.cii.address import read_address, write_address
from documents.markup import element, group, identifier, leaf
from documents.node import Node
from documents.party import Contact, Party, Payee, TaxRepresentative
from documents.values import Identifier

_VAT: Final = "VA"
_NOT_VAT: Final = "FC"


def write_party(name: str, party: Party) -> str:
    """`ram:TradePartyType` of a seller or buyer."""
    return element(
        name,
        write_identifiers(party.identifiers),
        leaf("ram:Name", party.name),
        leaf("ram:Description", party.legal_information),
        write_organization(party.legal_registration, party.trading_name),
        _write_contact(party.contact),
        write_address(party.address),
        group("ram:URIUniversalCommunication", identifier("ram:URIID", party.electronic_address)),
        _write_tax_registration(party.vat_identifier, _VAT),
        _write_tax_registration(party.tax_registration, _NOT_VAT),
    )


def write_identifiers(identifiers: Sequence[Identifier]) -> str:
    """`ram:ID` without a scheme, `ram:GlobalID` with one; the model has them in that order."""
    return "".join(identifier("ram:GlobalID" if value.scheme else "ram:ID", value) for value in identifiers)


def write_organization(registration: Identifier | None, trading_name: str | None = None) -> str:
    """`ram:SpecifiedLegalOrganization`."""
    return group(
        "ram:SpecifiedLegalOrganization",
        identifier("ram:ID", registration),
        leaf("ram:TradingBusinessName", trading_name),
    )


def _write_contact(contact: Contact | None) -> str:
    if contact is None:
        return ""
    return group(
        "ram:DefinedTradeContact",
        leaf("ram:PersonName", contact.name),
        group("ram:TelephoneUniversalCommunication", leaf("ram:CompleteNumber", contact.telephone)),
        group("ram:EmailURIUniversalCommunication", leaf("ram:URIID", contact.email)),
    )


def _write_tax_registration(value: str | None, scheme: str) -> str:
    return group("ram:SpecifiedTaxRegistration", leaf("ram:ID", value, schemeID=scheme))


def write_payee(payee: Payee | None) -> str:
    """`ram:PayeeTradeParty`."""
    if payee is None:
        return ""
    return element(
        "ram:PayeeTradeParty",
        write_identifiers([payee.identifier] if payee.identifier else []),
        leaf("ram:Name", payee.name),
        write_organization(payee.legal_registration),
    )


def write_tax_representative(representative: TaxRepresentative | None) -> str:
    """`ram:SellerTaxRepresentativeTradeParty`."""
    if representative is None:
        return ""
    return element(
        "ram:SellerTaxRepresentativeTradeParty",
        leaf("ram:Name", representative.name),
        write_address(representative.address),
        _write_tax_registration(representative.vat_identifier, _VAT),
    )


def read_party(node: Node) -> Party:
    """A seller or buyer."""
    organization = node.at("ram:SpecifiedLegalOrganization")
    vat, tax = _tax_registrations(node)
    return Party(
        name=node.text("ram:Name") or "",
        trading_name=organization.text("ram:TradingBusinessName"),
        identifiers=read_identifiers(node),
        legal_registration=organization.identifier("ram:ID"),
        vat_identifier=vat,
        tax_registration=tax,
        legal_information=node.joined("ram:Description"),
        electronic_address=node.identifier_at("ram:URIUniversalCommunication", "ram:URIID"),
        address=node.read("ram:PostalTradeAddress", read_address),
        contact=node.read("ram:DefinedTradeContact", _read_contact),
    )


def read_identifiers(node: Node) -> tuple[Identifier, ...]:
    """All identifiers of a party, those without a scheme first."""
    return tuple(
        Identifier(value=child.value or "", scheme=child.attribute("schemeID"))
        for name in ("ram:ID", "ram:GlobalID")
        for child in node.many(name)
    )


def _read_contact(node: Node) -> Contact:
    """BT-41 is the person's name, or else the department's (EN 16931-3-3)."""
    person = node.text("ram:PersonName")
    return Contact(
        name=person or node.text("ram:DepartmentName"),
        telephone=node.text_at("ram:TelephoneUniversalCommunication", "ram:CompleteNumber"),
        email=node.text_at("ram:EmailURIUniversalCommunication", "ram:URIID"),
    )


def _tax_registrations(node: Node) -> tuple[str | None, str | None]:
    """BT-31 and BT-32."""
    vat = other = None
    for registration in node.many("ram:SpecifiedTaxRegistration"):
        value = registration.identifier("ram:ID")
        if value is None:
            continue
        if value.scheme in (_VAT, "VAT"):
            vat = vat or value.value
        else:
            other = other or value.value
    return vat, other


def read_payee(node: Node) -> Payee:
    """The payee."""
    return Payee(
        name=node.text("ram:Name") or "",
        identifier=next(iter(read_identifiers(node)), None),
        legal_registration=node.identifier_at("ram:SpecifiedLegalOrganization", "ram:ID"),
    )


def read_tax_representative(node: Node) -> TaxRepresentative:
    """The tax representative."""
    return TaxRepresentative(
        name=node.text("ram:Name") or "",
        vat_identifier=_tax_registrations(node)[0],
        address=node.read("ram:PostalTradeAddress", read_address),
    )
