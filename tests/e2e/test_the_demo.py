"""What `make demo` plays is what a newcomer sees first."""

from functools import partial

import pytest

from actors.mesh import Mesh
from actors.waiting import eventually
from navette.demo.buyer import BuyerErp
from navette.demo.scenes import carry, leave_work
from navette.demo.supplier import Supplier

pytestmark = pytest.mark.e2e


def test_the_demo_verifies_one_invoice_and_leaves_work_in_every_state(mesh: Mesh) -> None:
    with mesh.sign_in("supplier") as session, BuyerErp(mesh.layout, mesh.access) as buyer:
        supplier = Supplier(session)
        invoice = carry(supplier, buyer, mesh.layout)
        left = leave_work(supplier, buyer)
        assert (invoice["state"], invoice["bundle"].exists()) == ("delivered", True)
        found = {
            each: session.call("GET", f"/v1/orders/{order_id}")["status"] for each, order_id in left.orders.items()
        }
        assert {"waiting": "published", "accepted": "accepted", "rejected": "rejected"}.items() <= found.items()
        for each, (invoice_id, code) in left.invoices.items():
            eventually(f"the status of the one {each}", partial(supplier.status, invoice_id, code))
