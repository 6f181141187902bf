"""`python tests/bench/corrections`: how soon a corrected order is at its supplier's, on the whole mesh. `ROUNDS`.

From the moment at which the buyer's program sends the change to the answer in which its supplier sees it, both through
the gateway: in the order itself, and in what can be invoiced, which another service keeps.
"""

import os
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

from actors.documents import fresh, order_json
from actors.mesh import Mesh
from actors.session import Machine
from actors.stack import peopled, up
from actors.trade import TO_UNIT, Supplier
from local_stack.layout import Layout
from local_stack.stack import Stack
from local_stack.supervision import Supervisor

ROUNDS = int(os.environ.get("ROUNDS", "100"))
_WARM_UP = 5
_PATIENCE = 30.0


def say(name: str, figure: str) -> None:
    """One line of the table."""
    sys.stdout.write(f"{name:<52}{figure}\n")
    sys.stdout.flush()


def _seen(began: float, look: Callable[[], bool]) -> float:
    while not look():
        if time.perf_counter() - began > _PATIENCE:
            raise TimeoutError("the correction never came")
    return (time.perf_counter() - began) * 1e3


def _corrected(erp: Machine, supplier: Supplier, order_id: str, quantity: str) -> tuple[float, float, float]:
    """Milliseconds until the ERP has its answer, the order says so, and billing does."""
    began = time.perf_counter()
    change = {"lines": [{"identifier": "10", "quantity": quantity}]}
    erp.ask("POST", f"/v1/orders/{order_id}/changes", 200, json=change)
    answered = (time.perf_counter() - began) * 1e3

    def in_the_order() -> bool:
        found: dict[str, Any] = supplier.session.get(f"/v1/orders/{order_id}")
        return any(line["identifier"] == "10" and line["ordered"] == quantity for line in found["lines"])

    def in_billing() -> bool:
        return bool(supplier.lines(order_id)["10"]["ordered"] == quantity)

    return answered, _seen(began, in_the_order), _seen(began, in_billing)


def _measure(mesh: Mesh) -> list[tuple[float, float, float]]:
    with mesh.erp() as erp, mesh.person("supplier") as person:
        supplier, number = Supplier(person), fresh("CORR")
        erp.ask("POST", "/v1/orders", 201, json=order_json(number), params=TO_UNIT)
        order_id = str(supplier.order(number)["id"])
        rounds = [_corrected(erp, supplier, order_id, str(121 + n)) for n in range(_WARM_UP + ROUNDS)]
    return rounds[_WARM_UP:]


def main() -> None:
    """Print the table."""
    layout = Layout.of_tests()
    ran_before = bool(Supervisor(layout).states())
    stack = up(Stack(layout))
    try:
        taken = list(zip(*_measure(peopled(stack)), strict=True))
    finally:
        if not ran_before:
            stack.down()
    for name, found in zip(
        ("answered to the ERP", "in the supplier's order", "in what can be invoiced"), taken, strict=True
    ):
        p95 = sorted(found)[len(found) * 95 // 100]
        say(
            f"a corrected order, {name}",
            f"median {statistics.median(found):.0f} ms, p95 {p95:.0f} ms, goal < 1,000; load {os.getloadavg()[0]:.1f}",
        )


if __name__ == "__main__":
    main()
