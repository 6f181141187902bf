"""Companies of the directory as parties of an invoice (BG-4, BG-7)."""

from contracts.registration import CompanyState
from contracts.registration import Identifier as Known
from documents.party import Contact, Party, PostalAddress
from documents.values import Identifier


def _identifier(known: Known | None) -> Identifier | None:
    return Identifier(value=known.value, scheme=known.scheme) if known else None


def party(company: CompanyState, contact: Contact | None = None) -> Party:
    """The party that a registered company is; its identifiers without the one it is registered under."""
    others = (found for found in company.identifiers if found != company.legal_id)
    address = company.address
    return Party(
        name=company.legal_name,
        identifiers=tuple(Identifier(value=found.value, scheme=found.scheme) for found in others),
        legal_registration=_identifier(company.legal_id),
        vat_identifier=company.vat_id,
        electronic_address=_identifier(company.electronic_address),
        address=PostalAddress(
            line_one=address.line_one,
            line_two=address.line_two,
            post_code=address.postal_code,
            city=address.city,
            subdivision=address.subdivision,
            country=address.country or company.country,
        ),
        contact=contact,
    )
