"""`navette demo`: from nothing to an archived, sealed and verified invoice."""

import json
import sys
import time
from typing import Annotated, Any

import typer

from local_stack import ports
from local_stack.layout import REPOSITORY, Layout
from navette.demo import stack
from navette.demo.buyer import BuyerErp
from navette.demo.scenes import carry, leave_work
from navette.demo.steps import step
from navette.demo.supplier import Supplier
from navette.gateway import Access, Gateway
from navette.output import console
from navette.state import state

app = typer.Typer()


@app.command()
def demo(down: Annotated[bool, typer.Option(help="Stop the mesh afterwards")] = False) -> None:
    """Set everything up, carry one invoice through, verify it, print where to look."""
    started = time.monotonic()
    layout = Layout.of(state.run)
    stack.up(layout)
    with step("demo companies, people and the buyer's ERP client"):
        stack.seed(layout)
    access = Access.find(layout.run)
    people: dict[str, str] = json.loads((layout.secrets / "demo.json").read_text())["users"]
    email = next(address for address in people if address.startswith("supplier@"))
    with Gateway(access, email=email, password=people[email]) as session, BuyerErp(layout, access) as buyer:
        supplier = Supplier(session)
        invoice = carry(supplier, buyer, layout)
        leave_work(supplier, buyer)
    _farewell(layout, access, people, invoice, time.monotonic() - started)
    if down:
        stack.run(sys.executable, "-m", "local_stack", "down", "--run", str(layout.run))


def _farewell(layout: Layout, access: Access, people: dict[str, str], invoice: dict[str, Any], seconds: float) -> None:
    given = ports.read(layout)
    built = (REPOSITORY / "portal" / "dist" / "index.html").is_file()
    lines = [
        *([f"portal          {access.url}"] if built else []),
        f"status, live    {access.url}/status   (sign in as operator@…)",
        f"mailbox         http://127.0.0.1:{given['mail']}",
        f"local CA        {access.authority}   (trust it in the browser, or accept its warning)",
        f"sealed original {invoice['pdf']}",
        f"proof bundle    {invoice['bundle']}",
        "",
        *(f"sign in         {email}   {password}" for email, password in people.items()),
        "",
        f"navette trace {invoice['id']}   ·   make status   ·   make down",
    ]
    console.rule(f"Navette runs — {seconds:.0f} s")
    for line in lines:  # whole lines, however narrow the window: they are there to be copied
        console.print(line, soft_wrap=True, highlight=False)
