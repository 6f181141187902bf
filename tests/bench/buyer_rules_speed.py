"""`python tests/bench/buyer_rules_speed.py`: 50 rules of a buyer over 100 lines, CPU; medians of `ROUNDS` (9)."""

import os
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Final

from contracts.invoices import OrderContext
from contracts.rulebooks import BuyerRule
from documents.invoice import Invoice
from validation.domain.buyer_rules import apply
from validation.domain.case import Case

ROUNDS: Final = int(os.environ.get("ROUNDS", "9"))
EXAMPLE: Final = Path(__file__).parents[2] / "examples" / "order-simple" / "invoice.json"
LINES: Final = 100
RULES: Final = 50
_SET: Final = {
    "references-required": {"terms": "BT-10,BT-12,BT-13"},
    "charges-forbidden": {},
    "maximum-amount": {"amount": "100000"},
    "currencies-allowed": {"codes": "EUR"},
    "payment-terms": {"minimum_days": "0", "maximum_days": "60"},
    "number-format": {"form": "FA-####-*"},
    "one-order": {},
    "price-tolerance": {"percent": "2"},
    "quantity-tolerance": {"percent": "0"},
    "receipt-required": {},
}
_OWN: Final = (
    'at_most(invoice.totals.gross_amount, "100000")',
    'invoice.currency == "EUR" && has(invoice.buyer_reference)',
    'lines.all(l, more(l.quantity, "0"))',
    "days_between(invoice.issue_date, invoice.due_date) <= 60",
    'invoice.number.startsWith("FA-")',
    "lines.exists(l, has(l.order_line)) && size(lines) > 3",
    "orders.all(o, at_most(o.ordered, o.received))",
    'lines.all(l, l.vat.code != "S" || same(l.vat.rate, "20"))',
    'lines.all(l, size(l.item.name) <= 100 && l.unit in ["C62", "KGM", "HUR"])',
    'size(lines.filter(l, more(l.price.net, "1000000"))) == 0',
)
"""Half of them ask about every line."""


def case_of() -> Case:
    """The example with its first line repeated, ordered and received."""
    invoice = Invoice.model_validate_json(EXAMPLE.read_bytes())
    line = invoice.lines[0]
    many = Decimal(10_000)
    order = OrderContext(line=0, ordered=many, received=many, invoiced=Decimal(0), unit_price=line.price.net)
    orders = {index: order.model_copy(update={"line": index}) for index in range(LINES)}
    return Case(invoice.model_copy(update={"lines": (line,) * LINES}), invoice.issue_date, orders, ())


def cpu_ms(rules: Sequence[BuyerRule], case: Case) -> float:
    """CPU of one document, everything made anew for it as in the service."""
    started = time.process_time()
    for _ in range(5):
        apply(rules, replace(case, kept={}))
    return (time.process_time() - started) / 5 * 1000


def main() -> None:
    """Print both figures."""
    case = case_of()
    ready = [
        BuyerRule(id=str(n), kind=list(_SET)[n % 10], parameters={**list(_SET.values())[n % 10]}) for n in range(RULES)
    ]
    own = [BuyerRule(id=str(n), kind="expression", expression=_OWN[n % len(_OWN)]) for n in range(RULES)]
    for name, rules in (("ready-made", ready), ("own, CEL", own)):
        found = apply(rules, case)
        median = statistics.median(cpu_ms(rules, case) for _ in range(ROUNDS))
        sys.stdout.write(f"{RULES} rules, {name}, {LINES} lines: {median:.2f} ms, {len(found)} findings\n")


if __name__ == "__main__":
    main()
