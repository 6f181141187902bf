"""Products and prices in CII."""

from decimal import Decimal
from typing import Final

from documents.cii.allowance_charge import write_indicator
from documents.item import Item, ItemAttribute, Price
from documents.markup import attribute, digits, element, escaped, identifier, leaf, number
from documents.node import Node
from documents.values import Identifier

_END: Final = "\n"


def write_item(item: Item) -> str:
    """`ram:SpecifiedTradeProduct`."""
    seller, buyer, standard = item.seller_identifier, item.buyer_identifier, item.standard_identifier
    name, description, country = item.name, item.description, item.origin_country
    # one piece, not a sum of many: a document has hundreds of them
    return (
        f"<ram:SpecifiedTradeProduct>\n{identifier('ram:GlobalID', standard) if standard else ''}"
        f"{f'<ram:SellerAssignedID>{escaped(seller)}</ram:SellerAssignedID>{_END}' if seller else ''}"
        f"{f'<ram:BuyerAssignedID>{escaped(buyer)}</ram:BuyerAssignedID>{_END}' if buyer else ''}"
        f"{f'<ram:Name>{escaped(name)}</ram:Name>{_END}' if name else ''}"
        f"{f'<ram:Description>{escaped(description)}</ram:Description>{_END}' if description else ''}"
        f"{''.join(map(_write_attribute, item.attributes)) if item.attributes else ''}"
        f"{''.join(map(_write_classification, item.classifications)) if item.classifications else ''}"
        f"{_write_origin(country) if country else ''}</ram:SpecifiedTradeProduct>\n"
    )


def _write_attribute(value: ItemAttribute) -> str:
    name, text = value.name, value.value
    return (
        "<ram:ApplicableProductCharacteristic>\n"
        f"{f'<ram:Description>{escaped(name)}</ram:Description>{_END}' if name else ''}"
        f"{f'<ram:Value>{escaped(text)}</ram:Value>{_END}' if text else ''}"
        "</ram:ApplicableProductCharacteristic>\n"
    )


def _write_classification(code: Identifier) -> str:
    attributes = f"{attribute('listID', code.scheme)}{attribute('listVersionID', code.version)}"
    written = f"<ram:ClassCode{attributes}>{escaped(code.value)}</ram:ClassCode>\n" if code.value else ""
    return f"<ram:DesignatedProductClassification>\n{written}</ram:DesignatedProductClassification>\n"


def _write_origin(country: str) -> str:
    return element("ram:OriginTradeCountry", leaf("ram:ID", country))


def read_item(node: Node) -> Item:
    """BG-31."""
    return Item(
        name=node.text("ram:Name") or "",
        description=node.joined("ram:Description"),
        seller_identifier=node.text("ram:SellerAssignedID"),
        buyer_identifier=node.text("ram:BuyerAssignedID"),
        standard_identifier=node.identifier("ram:GlobalID"),
        classifications=tuple(
            Identifier(value=code.value or "", scheme=code.attribute("listID"), version=code.attribute("listVersionID"))
            for classification in node.many("ram:DesignatedProductClassification")
            for code in classification.many("ram:ClassCode")
        ),
        origin_country=node.text_at("ram:OriginTradeCountry", "ram:ID"),
        attributes=tuple(
            ItemAttribute(name=attribute.text("ram:Description") or "", value=attribute.text("ram:Value") or "")
            for attribute in node.many("ram:ApplicableProductCharacteristic")
        ),
    )


def write_prices(price: Price) -> str:
    """`ram:GrossPriceProductTradePrice` and `ram:NetPriceProductTradePrice`."""
    base = ""
    if price.base_quantity is not None:
        unit = attribute("unitCode", price.base_unit)
        base = f"<ram:BasisQuantity{unit}>{digits(price.base_quantity)}</ram:BasisQuantity>\n"
    gross = ""
    if price.gross is not None:
        gross = element(
            "ram:GrossPriceProductTradePrice",
            number("ram:ChargeAmount", price.gross),
            base,
            _write_discount(price.discount),
        )
    return (
        f"{gross}<ram:NetPriceProductTradePrice>\n<ram:ChargeAmount>{digits(price.net)}</ram:ChargeAmount>\n{base}"
        "</ram:NetPriceProductTradePrice>\n"
    )


def _write_discount(discount: Decimal | None) -> str:
    if discount is None:
        return ""
    return element(
        "ram:AppliedTradeAllowanceCharge", write_indicator(charge=False), number("ram:ActualAmount", discount)
    )


def read_price(agreement: Node) -> Price:
    """BG-29. The price base stands with the net price, or else with the gross price."""
    gross = agreement.at("ram:GrossPriceProductTradePrice")
    net = agreement.at("ram:NetPriceProductTradePrice")
    gross_base, gross_unit = gross.measure("ram:BasisQuantity", "unitCode")
    base, unit = net.measure("ram:BasisQuantity", "unitCode")
    return Price(
        net=net.needed_decimal("ram:ChargeAmount", "BT-146"),
        discount=gross.read("ram:AppliedTradeAllowanceCharge", _read_discount),
        gross=gross.decimal("ram:ChargeAmount"),
        base_quantity=net.positive(gross_base if base is None else base, "BT-149"),
        base_unit=gross_unit if base is None else unit,
    )


def _read_discount(node: Node) -> Decimal | None:
    """BT-147. EN 16931 knows no charge on a price."""
    if node.text_at("ram:ChargeIndicator", "udt:Indicator") in ("true", "1"):
        return None
    return node.decimal("ram:ActualAmount")
