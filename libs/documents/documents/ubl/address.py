"""Postal addresses in UBL."""

from documents.markup import group, leaf
from documents.node import Node
from documents.party import PostalAddress


def write_address(name: str, address: PostalAddress | None) -> str:
    """`cac:AddressType` under the given element name."""
    if address is None:
        return ""
    return group(
        name,
        leaf("cbc:StreetName", address.line_one),
        leaf("cbc:AdditionalStreetName", address.line_two),
        leaf("cbc:CityName", address.city),
        leaf("cbc:PostalZone", address.post_code),
        leaf("cbc:CountrySubentity", address.subdivision),
        group("cac:AddressLine", leaf("cbc:Line", address.line_three)),
        group("cac:Country", leaf("cbc:IdentificationCode", address.country)),
    )


def read_address(node: Node) -> PostalAddress:
    """The address."""
    return PostalAddress(
        line_one=node.text("cbc:StreetName"),
        line_two=node.text("cbc:AdditionalStreetName"),
        line_three=node.text_at("cac:AddressLine", "cbc:Line"),
        city=node.text("cbc:CityName"),
        post_code=node.text("cbc:PostalZone"),
        subdivision=node.text("cbc:CountrySubentity"),
        country=node.text_at("cac:Country", "cbc:IdentificationCode") or "",
    )
