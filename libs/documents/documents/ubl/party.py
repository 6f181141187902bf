"""Parties in UBL."""

from collections.abc import Sequence
from typing import Final

from documents.markup import element, group, identifier, leaf
from documents.node import Node
from documents.party import Contact, Party, Payee, TaxRepresentative
from documents.ubl.address import read_address, write_address
from documents.ubl.vat import VAT_SCHEME
from documents.values import Identifier

_NOT_VAT: Final = "FC"
"""Scheme of BT-32. EN 16931-3-2 asks only that it is not VAT; CII has the same code."""
CREDITOR_SCHEME: Final = "SEPA"
"""A party identification with this scheme is BT-90 (EN 16931-3-2)."""


def write_party(party: Party, creditor: str | None = None) -> str:
    """`cac:Party` of a seller or buyer; `creditor` is BT-90."""
    return element(
        "cac:Party",
        *_identification(party, creditor),
        write_address("cac:PostalAddress", party.address),
        _tax_scheme(party.vat_identifier, VAT_SCHEME),
        _tax_scheme(party.tax_registration, _tax_scheme_of(_NOT_VAT)),
        group(
            "cac:PartyLegalEntity",
            leaf("cbc:RegistrationName", party.name),
            identifier("cbc:CompanyID", party.legal_registration),
            leaf("cbc:CompanyLegalForm", party.legal_information),
        ),
        write_contact(party.contact),
    )


def write_order_party(party: Party, *, vat: bool) -> str:
    """`cac:Party` as Peppol BIS Ordering allows it: without BT-32 and BT-33, and no VAT identifier for the seller."""
    return element(
        "cac:Party",
        *_identification(party, None),
        write_address("cac:PostalAddress", party.address),
        _tax_scheme(party.vat_identifier, VAT_SCHEME) if vat else "",
        group(
            "cac:PartyLegalEntity",
            leaf("cbc:RegistrationName", party.name),
            identifier("cbc:CompanyID", party.legal_registration),
        ),
        write_contact(party.contact),
    )


def _identification(party: Party, creditor: str | None) -> Sequence[str]:
    return (
        identifier("cbc:EndpointID", party.electronic_address),
        write_identifiers(party.identifiers),
        write_creditor(creditor),
        group("cac:PartyName", leaf("cbc:Name", party.trading_name)),
    )


def write_identifiers(identifiers: Sequence[Identifier]) -> str:
    """`cac:PartyIdentification`, one each."""
    return "".join(group("cac:PartyIdentification", identifier("cbc:ID", value)) for value in identifiers)


def write_creditor(creditor: str | None) -> str:
    """BT-90 as a party identification."""
    return group("cac:PartyIdentification", leaf("cbc:ID", creditor, schemeID=CREDITOR_SCHEME))


def write_contact(contact: Contact | None) -> str:
    """`cac:Contact`."""
    if contact is None:
        return ""
    return group(
        "cac:Contact",
        leaf("cbc:Name", contact.name),
        leaf("cbc:Telephone", contact.telephone),
        leaf("cbc:ElectronicMail", contact.email),
    )


def _tax_scheme_of(code: str) -> str:
    return group("cac:TaxScheme", leaf("cbc:ID", code))


def _tax_scheme(company: str | None, scheme: str) -> str:
    return element("cac:PartyTaxScheme", leaf("cbc:CompanyID", company), scheme) if company else ""


def write_payee(payee: Payee | None, creditor: str | None) -> str:
    """`cac:PayeeParty`; `creditor` is BT-90, which is the payee's when there is one."""
    if payee is None:
        return ""
    return element(
        "cac:PayeeParty",
        write_identifiers([payee.identifier] if payee.identifier else []),
        write_creditor(creditor),
        group("cac:PartyName", leaf("cbc:Name", payee.name)),
        group("cac:PartyLegalEntity", identifier("cbc:CompanyID", payee.legal_registration)),
    )


def write_tax_representative(representative: TaxRepresentative | None) -> str:
    """`cac:TaxRepresentativeParty`."""
    if representative is None:
        return ""
    return element(
        "cac:TaxRepresentativeParty",
        group("cac:PartyName", leaf("cbc:Name", representative.name)),
        write_address("cac:PostalAddress", representative.address),
        _tax_scheme(representative.vat_identifier, VAT_SCHEME),
    )


def read_party(node: Node) -> tuple[Party, str | None]:
    """A party from `cac:Party`, and BT-90 when one of its identifications is that."""
    legal = node.at("cac:PartyLegalEntity")
    identifiers, creditor = _identifiers_and_creditor(node)
    vat, tax = _tax_registrations(node)
    party = Party(
        name=legal.text("cbc:RegistrationName") or "",
        trading_name=node.text_at("cac:PartyName", "cbc:Name"),
        identifiers=identifiers,
        legal_registration=legal.identifier("cbc:CompanyID"),
        vat_identifier=vat,
        tax_registration=tax,
        legal_information=legal.text("cbc:CompanyLegalForm"),
        electronic_address=node.identifier("cbc:EndpointID"),
        address=node.read("cac:PostalAddress", read_address),
        contact=node.read("cac:Contact", read_contact),
    )
    return party, creditor


def read_identifiers(node: Node) -> tuple[Identifier, ...]:
    """All party identifications."""
    values = (identification.identifier("cbc:ID") for identification in node.many("cac:PartyIdentification"))
    return tuple(value for value in values if value is not None)


def _identifiers_and_creditor(node: Node) -> tuple[tuple[Identifier, ...], str | None]:
    found = read_identifiers(node)
    creditor = next((value.value for value in found if value.scheme == CREDITOR_SCHEME), None)
    return tuple(value for value in found if value.scheme != CREDITOR_SCHEME), creditor


def _tax_registrations(node: Node) -> tuple[str | None, str | None]:
    """BT-31 and BT-32: the first registration under VAT, the first under anything else."""
    vat = other = None
    for registration in node.many("cac:PartyTaxScheme"):
        company = registration.text("cbc:CompanyID")
        if (registration.text_at("cac:TaxScheme", "cbc:ID") or "").upper() == "VAT":
            vat = vat or company
        else:
            other = other or company
    return vat, other


def read_contact(node: Node) -> Contact:
    """The contact."""
    return Contact(
        name=node.text("cbc:Name"), telephone=node.text("cbc:Telephone"), email=node.text("cbc:ElectronicMail")
    )


def read_payee(node: Node) -> tuple[Payee, str | None]:
    """The payee, and BT-90 when it is the payee's."""
    identifiers, creditor = _identifiers_and_creditor(node)
    payee = Payee(
        name=node.text_at("cac:PartyName", "cbc:Name") or "",
        identifier=next(iter(identifiers), None),
        legal_registration=node.identifier_at("cac:PartyLegalEntity", "cbc:CompanyID"),
    )
    return payee, creditor


def read_tax_representative(node: Node) -> TaxRepresentative:
    """The tax representative."""
    return TaxRepresentative(
        name=node.text_at("cac:PartyName", "cbc:Name") or "",
        vat_identifier=_tax_registrations(node)[0],
        address=node.read("cac:PostalAddress", read_address),
    )
