"""`navette replay …`: planned, then started."""

import time
from datetime import datetime
from typing import Annotated, Any

import typer
from rich.progress import Progress

from navette.gateway import known
from navette.output import console, out, table_of
from navette.state import gateway

app = typer.Typer(help="Replays: plan, start, watch, steer.")
Service = Annotated[str, typer.Argument(help="The service that reads again")]
Job = Annotated[str, typer.Argument(help="Id of the replay")]
_RUNNING = ("running", "paused")


@app.command()
def plan(
    service: Service,
    mode: Annotated[
        str, typer.Option(help="fill: what was missed, always safe · rebuild: prove or renew projections")
    ] = "fill",
    since: Annotated[datetime | None, typer.Option(help="First moment (UTC)")] = None,
    until: Annotated[datetime | None, typer.Option(help="Moment after the last (UTC)")] = None,
    key: Annotated[list[str] | None, typer.Option(help="Only these keys")] = None,
    type_: Annotated[
        list[str] | None, typer.Option("--type", help="Only these types: navette.invoice.sealed.v1")
    ] = None,
    rate: Annotated[int, typer.Option(help="Facts a second")] = 500,
    swap: Annotated[bool, typer.Option(help="rebuild: put the rebuilt rows in the place of the live ones")] = False,
    *,
    reason: Annotated[str, typer.Option(help="Why; it is kept in the audit trail")],
) -> None:
    """Count what a replay would do; nothing happens yet."""
    body = {
        "mode": mode,
        "since": since.isoformat() + "Z" if since else None,
        "until": until.isoformat() + "Z" if until else None,
        "keys": key or [],
        "types": type_ or [],
        "rate": rate,
        "swap": swap,
        "reason": reason,
    }
    with gateway() as session:
        found = session.call("POST", f"/v1/ops/{known(service)}/replays", json=body)
    shown = [{"": name, "facts": count} for name, count in found["by_type"].items()]
    shown += [{"": f"inbox says {name}", "facts": count} for name, count in found["outcomes"].items()]
    out.show(found, table_of(shown, ("", "facts"), f"{found['matched']} facts, about {found['seconds']} s"))
    if not out.as_json:
        console.print(f"navette replay start {service} {found['job_id']} {found['plan_hash']}")


@app.command()
def start(
    service: Service,
    job: Job,
    plan_hash: Annotated[str, typer.Argument(help="From the plan")],
    follow: Annotated[bool, typer.Option(help="Show progress until it ends")] = True,
) -> None:
    """Start a planned replay; refused when the plan is no longer true."""
    with gateway() as session:
        found = session.call("POST", f"/v1/ops/{known(service)}/replays/{job}/start", json={"plan_hash": plan_hash})
        if follow and not out.as_json:
            found = _follow(session, service, job)
    out.show(found, _table([found]))
    if found["state"] == "failed":
        raise typer.Exit(1)


def _follow(session: Any, service: str, job: str) -> dict[str, Any]:
    with Progress(console=console) as progress:
        found = session.call("GET", f"/v1/ops/{service}/replays/{job}")
        bar = progress.add_task(f"{found['mode']} {service}", total=found["matched"] or None)
        while found["state"] in _RUNNING:
            progress.update(bar, completed=found["counts"].get("fed", 0))
            time.sleep(0.5)
            found = session.call("GET", f"/v1/ops/{service}/replays/{job}")
        progress.update(bar, completed=found["matched"])
    return found


def _table(jobs: list[dict[str, Any]]) -> Any:
    return table_of(jobs, ("job_id", "mode", "state", "rate", "matched", "counts", "created_by", "error"))


@app.command()
def status(service: Service, job: Annotated[str | None, typer.Argument(help="One replay; all without")] = None) -> None:
    """Where replays stand."""
    with gateway() as session:
        path = f"/v1/ops/{known(service)}/replays"
        found = [session.call("GET", f"{path}/{job}")] if job else session.call("GET", path)
    out.show(found, _table(found))


def _steer(service: str, job: str, verb: str) -> None:
    with gateway() as session:
        found = session.call("POST", f"/v1/ops/{known(service)}/replays/{job}/{verb}")
    out.show(found, _table([found]))


@app.command()
def pause(service: Service, job: Job) -> None:
    """Hold a replay; its cursor is kept."""
    _steer(service, job, "pause")


@app.command()
def resume(service: Service, job: Job) -> None:
    """Go on with a replay."""
    _steer(service, job, "resume")


@app.command()
def cancel(service: Service, job: Job) -> None:
    """End a replay; what it did stays done."""
    _steer(service, job, "cancel")


@app.command()
def rate(service: Service, job: Job, facts: Annotated[int, typer.Argument(help="Facts a second")]) -> None:
    """Make a replay faster or slower."""
    with gateway() as session:
        found = session.call("PATCH", f"/v1/ops/{known(service)}/replays/{job}", json={"rate": facts})
    out.show(found, _table([found]))
