"""What the demo plays: one invoice all the way, then work in every state for whoever opens the portal."""

import subprocess
import sys
import zipfile
from typing import Any, NamedTuple

from local_stack.layout import Layout
from navette.demo.buyer import BuyerErp
from navette.demo.steps import step, wait_for
from navette.demo.supplier import Supplier
from navette.errors import CommandError
from navette.output import console


def carry(supplier: Supplier, buyer: BuyerErp, layout: Layout) -> dict[str, Any]:
    """One invoice from its order to its verified bundle. Raises CommandError where it does not get on."""
    number = buyer.fresh_number()
    with step(f"the buyer's ERP publishes order {number} (UBL, Peppol T01) and its receipt"):
        buyer.publish(number)
    with step("the supplier sees it, every line can be invoiced"):
        order = wait_for("the order's arrival", lambda: supplier.order(number))
    with step("the order becomes an invoice"):
        invoice_id, total = supplier.convert(order["id"], number.replace("CMD", "F"))
    with step(f"sent: {total}"):
        supplier.submit(invoice_id)
    with step("checked, sealed, archived, delivered"):
        invoice = wait_for("the delivery", lambda: supplier.delivered(invoice_id))
    for entry in supplier.timeline(invoice_id):
        console.print(f"      [dim]{entry['at'][11:23]}  {entry['type']}[/dim]", highlight=False)
    with step("the ERP hears of it by a signed webhook, approves it, and the supplier sees that"):
        buyer.approve(invoice_id)
        wait_for("the approval", lambda: supplier.status(invoice_id, "205"))
    folder = layout.run / "demo" / number
    with step("the sealed original is what the archive holds"):
        original = supplier.download(invoice_id, "original.pdf", folder)
        answer = supplier.verify(original)
        if not (answer["original"] and answer["stored_intact"]):
            raise CommandError(f"the archive does not confirm its own original: {answer}")
    with step("its proof holds, checked offline by the bundle's own script"):
        bundle = supplier.download(invoice_id, "bundle.zip", folder)
        with zipfile.ZipFile(bundle) as files:
            files.extractall(folder / "bundle")
        script = folder / "bundle" / "verify_bundle.py"
        done = subprocess.run([sys.executable, "-I", str(script)], capture_output=True, text=True, check=False)
        if done.returncode:
            raise CommandError(f"the bundle does not verify:\n{done.stdout}{done.stderr}")
    console.print("".join(f"      [dim]{line}[/dim]\n" for line in done.stdout.splitlines()), end="", highlight=False)
    return invoice | {"pdf": original, "bundle": bundle}


class Left(NamedTuple):
    """Orders by their purpose; invoices by theirs, each with the buyer's last status."""

    orders: dict[str, str]
    invoices: dict[str, tuple[str, str]]


def leave_work(supplier: Supplier, buyer: BuyerErp) -> Left:
    """Orders and invoices in every state, so that the portal opens on something to do and to see."""
    purposes = ("begun", "waiting", "accepted", "rejected", "to approve", "on hold", "paid")
    with step("more orders, each in another state: waiting, accepted, rejected, begun as a draft"):
        numbers = {purpose: f"{buyer.fresh_number()}-{n}" for n, purpose in enumerate(purposes, 2)}
        for number in numbers.values():
            buyer.publish(number)
        orders = {each: wait_for("their arrival", lambda each=each: supplier.order(numbers[each])) for each in purposes}
        supplier.convert(orders["begun"]["id"], numbers["begun"].replace("CMD", "F"))
        supplier.answer(orders["accepted"]["id"], "accept")
        supplier.answer(orders["rejected"]["id"], "reject", note="Article épuisé jusqu’en janvier.")
    with step("more invoices: to approve, on hold, paid"):
        sent: dict[str, str] = {}
        for each in ("to approve", "on hold", "paid"):
            sent[each], _ = supplier.convert(orders[each]["id"], numbers[each].replace("CMD", "F"))
            supplier.submit(sent[each])
        for invoice_id in sent.values():
            wait_for("the delivery", lambda invoice_id=invoice_id: supplier.delivered(invoice_id))
        buyer.say(sent["on hold"], "208", "JUSTIF_ABS")
        buyer.say(sent["paid"], "205")
        buyer.say(sent["paid"], "211")
    said = {"on hold": "208", "paid": "211"}
    return Left(
        {purpose: order["id"] for purpose, order in orders.items()},
        {purpose: (sent[purpose], code) for purpose, code in said.items()},
    )
