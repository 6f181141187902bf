"""Postal addresses in CII."""

from documents.markup import group, leaf
from documents.node import Node
from documents.party import PostalAddress


def write_address(address: PostalAddress | None) -> str:
    """`ram:PostalTradeAddress`."""
    if address is None:
        return ""
    return group(
        "ram:PostalTradeAddress",
        leaf("ram:PostcodeCode", address.post_code),
        leaf("ram:LineOne", address.line_one),
        leaf("ram:LineTwo", address.line_two),
        leaf("ram:LineThree", address.line_three),
        leaf("ram:CityName", address.city),
        leaf("ram:CountryID", address.country),
        leaf("ram:CountrySubDivisionName", address.subdivision),
    )


def read_address(node: Node) -> PostalAddress:
    """The address."""
    return PostalAddress(
        line_one=node.text("ram:LineOne"),
        line_two=node.text("ram:LineTwo"),
        line_three=node.text("ram:LineThree"),
        city=node.text("ram:CityName"),
        post_code=node.text("ram:PostcodeCode"),
        subdivision=node.text("ram:CountrySubDivisionName"),
        country=node.text("ram:CountryID") or "",
    )
