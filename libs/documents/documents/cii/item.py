"""Products and prices in CII."""

from decimal import Decimal

from documents.cii.allowance_charge import write_indicator
from documents.item import Item, ItemAttribute, Price
from documents.markup import element, group, identifier, leaf, number
from documents.node import Node
from documents.values import Identifier


def write_item(item: Item) -> str:
    """`ram:SpecifiedTradeProduct`."""
    return element(
        "ram:SpecifiedTradeProduct",
        identifier("ram:GlobalID", item.standard_identifier),
        leaf("ram:SellerAssignedID", item.seller_identifier),
        leaf("ram:BuyerAssignedID", item.buyer_identifier),
        leaf("ram:Name", item.name),
        leaf("ram:Description", item.description),
        "".join(
            element(
                "ram:ApplicableProductCharacteristic",
                leaf("ram:Description", attribute.name),
                leaf("ram:Value", attribute.value),
            )
            for attribute in item.attributes
        ),
        "".join(
            element(
                "ram:DesignatedProductClassification",
                leaf("ram:ClassCode", code.value, listID=code.scheme, listVersionID=code.version),
            )
            for code in item.classifications
        ),
        group("ram:OriginTradeCountry", leaf("ram:ID", item.origin_country)),
    )


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
    base = number("ram:BasisQuantity", price.base_quantity, unitCode=price.base_unit)
    gross = ""
    if price.gross is not None:
        gross = element(
            "ram:GrossPriceProductTradePrice",
            number("ram:ChargeAmount", price.gross),
            base,
            _write_discount(price.discount),
        )
    return gross + element("ram:NetPriceProductTradePrice", number("ram:ChargeAmount", price.net), base)


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
