"""`navette trace INVOICE`: every step of one invoice, from all services."""

from typing import Annotated, Any

import typer

from navette.output import out, table_of
from navette.state import gateway

app = typer.Typer()


@app.command()
def trace(invoice: Annotated[str, typer.Argument(help="The invoice's id")]) -> None:
    """Each fact of an invoice with its source, time and what it took, then what waits or ended."""
    with gateway() as session:
        steps: list[dict[str, Any]] = session.call("GET", f"/v1/ops/invoicing/trace/{invoice}")
        waits = session.each(f"/parked?subject={invoice}")
        ended = session.each(f"/dead-letters?subject={invoice}")
    for service, answer in waits.items():
        steps += [
            {
                "time": fact["parked_at"],
                "source": service,
                "type": fact["event_type"],
                "note": f"waits: {fact['reason']}",
            }
            for fact in (answer if isinstance(answer, list) else ())
        ]
    for service, answer in ended.items():
        steps += [
            {
                "time": one["first_at"],
                "source": service,
                "type": one["event_type"],
                "note": f"dead letter {one['id']}: {one['error']}",
            }
            for one in (answer if isinstance(answer, list) else ())
        ]
    out.show(steps, table_of(steps, ("time", "milliseconds", "source", "type", "submission", "object", "note")))
