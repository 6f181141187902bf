"""`navette status` and `navette lag`: how the services stand."""

from typing import Any

import typer

from navette.output import out, table_of
from navette.state import gateway

app = typer.Typer()


@app.command()
def status() -> None:
    """How every service stands: what is wrong, what waits, what ended."""
    with gateway() as session:
        answers = session.each("/status")
    rows = [_row(service, answer) for service, answer in answers.items()]
    columns = ("service", "ready", "lag", "outbox", "parked", "dead_letters", "revision", "problem")
    out.show(rows, table_of(rows, columns))
    if any(row["ready"] != "yes" for row in rows):
        raise typer.Exit(1)


def _row(service: str, answer: Any) -> dict[str, Any]:
    if not isinstance(answer, dict):
        return {"service": service, "ready": "no", "problem": str(answer)}
    wrong = {name: why for name, why in answer["parts"].items() if why}
    return answer | {
        "ready": "no" if wrong else "yes",
        "problem": "; ".join(f"{name}: {why}" for name, why in wrong.items()),
    }


@app.command()
def lag() -> None:
    """How far each service is behind, and where it reads."""
    with gateway() as session:
        answers = session.each("/status")
    rows = [
        {"service": service, "place": place, "position": offset, "lag": answer["lag"]}
        for service, answer in answers.items()
        if isinstance(answer, dict)
        for place, offset in answer["positions"].items()
    ]
    out.show(rows, table_of(rows, ("service", "place", "position", "lag")))
