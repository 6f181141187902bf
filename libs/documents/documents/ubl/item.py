"""Items and prices in UBL, the same in invoices and orders."""

from documents.item import Item, ItemAttribute, Price
from documents.markup import element, group, identifier, leaf, number
from documents.node import Node
from documents.ubl.allowance_charge import read_price_allowance, write_price_allowance
from documents.ubl.vat import read_vat_category, write_vat_category
from documents.values import Identifier
from documents.vat import VatCategory


def write_item(item: Item, vat: VatCategory | None, *, origin: bool = True) -> str:
    """`cac:Item` with the line's VAT category, which UBL keeps there; Peppol orders know no country of origin."""
    return element(
        "cac:Item",
        leaf("cbc:Description", item.description),
        leaf("cbc:Name", item.name),
        group("cac:BuyersItemIdentification", leaf("cbc:ID", item.buyer_identifier)),
        group("cac:SellersItemIdentification", leaf("cbc:ID", item.seller_identifier)),
        group("cac:StandardItemIdentification", identifier("cbc:ID", item.standard_identifier)),
        group("cac:OriginCountry", leaf("cbc:IdentificationCode", item.origin_country if origin else None)),
        "".join(_write_classification(classification) for classification in item.classifications),
        write_vat_category("cac:ClassifiedTaxCategory", vat) if vat else "",
        "".join(
            element("cac:AdditionalItemProperty", leaf("cbc:Name", attribute.name), leaf("cbc:Value", attribute.value))
            for attribute in item.attributes
        ),
    )


def _write_classification(classification: Identifier) -> str:
    return element(
        "cac:CommodityClassification",
        leaf(
            "cbc:ItemClassificationCode",
            classification.value,
            listID=classification.scheme,
            listVersionID=classification.version,
        ),
    )


def read_item(node: Node) -> Item:
    """The item without its VAT category."""
    return Item(
        name=node.text("cbc:Name") or "",
        description=node.joined("cbc:Description"),
        seller_identifier=node.text_at("cac:SellersItemIdentification", "cbc:ID"),
        buyer_identifier=node.text_at("cac:BuyersItemIdentification", "cbc:ID"),
        standard_identifier=node.identifier_at("cac:StandardItemIdentification", "cbc:ID"),
        classifications=tuple(
            _read_classification(code)
            for classification in node.many("cac:CommodityClassification")
            for code in classification.many("cbc:ItemClassificationCode")
        ),
        origin_country=node.text_at("cac:OriginCountry", "cbc:IdentificationCode"),
        attributes=tuple(
            ItemAttribute(name=attribute.text("cbc:Name") or "", value=attribute.text("cbc:Value") or "")
            for attribute in node.many("cac:AdditionalItemProperty")
        ),
    )


def _read_classification(code: Node) -> Identifier:
    return Identifier(value=code.value or "", scheme=code.attribute("listID"), version=code.attribute("listVersionID"))


def read_item_vat(item: Node) -> VatCategory:
    """BG-30 of the line to which the item belongs."""
    return read_vat_category(item.at("cac:ClassifiedTaxCategory"))


def write_price(price: Price, currency: str) -> str:
    """`cac:Price`."""
    return element(
        "cac:Price",
        number("cbc:PriceAmount", price.net, currencyID=currency),
        number("cbc:BaseQuantity", price.base_quantity, unitCode=price.base_unit),
        write_price_allowance(price.gross, price.discount, currency),
    )


def read_price(node: Node) -> Price:
    """The price; a problem when it lacks its amount or has a base of 0."""
    base_quantity, base_unit = node.measure("cbc:BaseQuantity", "unitCode")
    gross, discount = read_price_allowance(node.at("cac:AllowanceCharge"))
    return Price(
        net=node.needed_decimal("cbc:PriceAmount", "BT-146"),
        discount=discount,
        gross=gross,
        base_quantity=node.positive(base_quantity, "BT-149"),
        base_unit=base_unit,
    )
