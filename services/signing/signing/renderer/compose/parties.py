"""Parties: seller, buyer, and whoever else takes part (BG-4 to BG-13)."""

from documents.invoice import Delivery, Invoice
from documents.party import Party, PostalAddress
from documents.values import Identifier
from signing.renderer.page import Item, PartyBlock
from signing.renderer.words.codes import IDENTIFIER_SCHEMES
from signing.renderer.words.language import Words


def seller_block(words: Words, invoice: Invoice) -> PartyBlock:
    """BG-4; its legal information (BT-33) stands in the footer."""
    return _party(words, invoice.seller, words.label("seller"))


def buyer_block(words: Words, invoice: Invoice) -> PartyBlock:
    """BG-7."""
    return _party(words, invoice.buyer, words.label("buyer"))


def other_blocks(words: Words, invoice: Invoice) -> tuple[PartyBlock, ...]:
    """Deliver-to (BG-13), payee (BG-10), tax representative (BG-11), those that are named."""
    blocks: list[PartyBlock] = []
    if invoice.delivery and (block := _delivery(words, invoice.delivery)):
        blocks.append(block)
    if payee := invoice.payee:
        items = [*_registration(words, payee.legal_registration), *_identifiers(words, (payee.identifier,))]
        blocks.append(PartyBlock(words.label("payee"), payee.name, (), tuple(items)))
    if representative := invoice.tax_representative:
        items = _item(words, "vat_identifier", representative.vat_identifier)
        address = _address(words, representative.address)
        blocks.append(PartyBlock(words.label("tax_representative"), representative.name, address, tuple(items)))
    return tuple(blocks)


def _party(words: Words, party: Party, heading: str) -> PartyBlock:
    items = [
        *_item(words, "trading_name", party.trading_name),
        *_registration(words, party.legal_registration),
        *_item(words, "vat_identifier", party.vat_identifier),
        *_item(words, "tax_registration", party.tax_registration),
        *_identifiers(words, party.identifiers),
    ]
    if party.electronic_address:
        items.append(Item(words.label("electronic_address"), _schemed(party.electronic_address)))
    if party.contact:
        told = (party.contact.name, party.contact.telephone, party.contact.email)
        items.append(Item(words.label("contact"), " · ".join(term for term in told if term)))
    return PartyBlock(heading, party.name, _address(words, party.address), tuple(items))


def _delivery(words: Words, delivery: Delivery) -> PartyBlock | None:
    address = _address(words, delivery.address)
    items = _identifiers(words, (delivery.location,), label="location")
    if not (delivery.name or address or items):
        return None
    return PartyBlock(words.label("delivered_to"), delivery.name or "", address, tuple(items))


def _address(words: Words, address: PostalAddress | None) -> tuple[str, ...]:
    if address is None:
        return ()
    town = " ".join(term for term in (address.post_code, address.city) if term)
    lines = (address.line_one, address.line_two, address.line_three, town, address.subdivision)
    return tuple(line for line in (*lines, words.country(address.country)) if line)


def _item(words: Words, label: str, value: str | None) -> list[Item]:
    return [Item(words.label(label), value)] if value else []


def _registration(words: Words, registration: Identifier | None) -> list[Item]:
    return _identifiers(words, (registration,), label="registration")


def _identifiers(words: Words, identifiers: tuple[Identifier | None, ...], label: str = "identifier") -> list[Item]:
    items: list[Item] = []
    for identifier in identifiers:
        if identifier:
            scheme = IDENTIFIER_SCHEMES.get(identifier.scheme or "")
            unknown = f" ({identifier.scheme})" if identifier.scheme and not scheme else ""
            items.append(Item(scheme or words.label(label) + unknown, identifier.value))
    return items


def _schemed(identifier: Identifier) -> str:
    """`0225:123456789`, as the address is written in directories."""
    return f"{identifier.scheme}:{identifier.value}" if identifier.scheme else identifier.value
