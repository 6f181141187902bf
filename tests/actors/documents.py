"""The golden order and receipt of `examples/order-simple`, with numbers of their own."""

import json
import secrets
from decimal import Decimal
from typing import Any

from actors.mesh import EXAMPLES

_ORDER = EXAMPLES / "order-simple" / "order.xml"
_RECEIPT = EXAMPLES / "order-simple" / "receipt.json"
_NUMBER = "CMD-2026-004711"
_SELLER = ("802345678", "80234567800014", "FR88802345678")


def fresh(prefix: str) -> str:
    """A number that no document has yet."""
    return f"{prefix}-{secrets.token_hex(5).upper()}"


def order_xml(number: str, *, quantity: str = "120") -> bytes:
    """The order (Peppol BIS Ordering 3, UBL 2.1); the totals follow `quantity`, that of line 10 (8.45 each)."""
    net = Decimal(quantity) * Decimal("8.45")
    whole = net + Decimal("912.00")  # lines 20 and 30
    changed = {
        _NUMBER: number,
        ">120<": f">{quantity}<",
        ">1014.00<": f">{net:.2f}<",
        ">1926.00<": f">{whole:.2f}<",
        ">385.20<": f">{whole / 5:.2f}<",
        ">2311.20<": f">{whole + whole / 5:.2f}<",
    }
    text = _ORDER.read_text()
    for ours, wanted in changed.items():
        text = text.replace(ours, wanted)
    return text.encode()


def order_json(number: str, **changed: Any) -> dict[str, Any]:
    """The same order as the product's JSON."""
    content: dict[str, Any] = json.loads(_ORDER.with_name("order.json").read_text())
    return content | {"number": number} | changed


def order_to(number: str, siren: str, siret: str, vat_id: str) -> bytes:
    """The order to another seller."""
    text = order_xml(number).decode()
    for known, wanted in zip(_SELLER, (siren, siret, vat_id), strict=True):
        text = text.replace(known, wanted)
    return text.encode()


def from_a_stranger(number: str) -> bytes:
    """The order with a seller whom nobody knows."""
    return order_to(number, "443061841", "44306184100047", "FR64443061841")


def receipt(order: str, **quantities: str) -> dict[str, Any]:
    """A receipt for an order; `line_10="60"` says how much of a line arrived, nothing was rejected."""
    content: dict[str, Any] = json.loads(_RECEIPT.read_text())
    wanted = {name.removeprefix("line_"): quantity for name, quantity in quantities.items()}
    lines = [
        {name: value for name, value in line.items() if not name.startswith("reject")}
        | {"received_quantity": wanted[line["order_line"]["line"]]}
        for line in content["lines"]
        if line["order_line"]["line"] in wanted
    ]
    return content | {"number": fresh("REC"), "order_reference": order, "lines": lines}


def whole_receipt(order: str) -> dict[str, Any]:
    """A receipt of everything that was ordered."""
    return receipt(order, line_10="120", line_20="400", line_30="12.5")
