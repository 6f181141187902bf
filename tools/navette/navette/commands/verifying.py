"""`navette verify`: that nothing was changed, removed or lost."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet

from archive.domain import merkle
from navette.errors import CommandError
from navette.gateway import Gateway
from navette.output import out, table_of
from navette.state import gateway, state

app = typer.Typer()


@app.command()
def verify(
    heads: Annotated[Path | None, typer.Option(help="File with the heads that were kept outside")] = None,
) -> None:
    """Recompute every audit chain, check the archive's signed head, and that its log only grew since last time.

    The newest head is kept in `heads.json` of the run folder; keep a copy elsewhere.
    """
    kept = heads or state.run / "heads.json"
    with gateway() as session:
        rows = [_audit(service, answer) for service, answer in session.each("/audit").items()]
        rows += _log(session, kept)
    out.show(rows, table_of(rows, ("what", "holds", "detail")))
    if any(row["holds"] != "yes" for row in rows):
        raise typer.Exit(1)


def _audit(service: str, answer: Any) -> dict[str, str]:
    if isinstance(answer, CommandError):
        return {"what": f"audit chain of {service}", "holds": "no", "detail": str(answer)}
    detail = f"{answer['verified_to']} rows, {answer['unnumbered']} being numbered"
    return {"what": f"audit chain of {service}", "holds": "yes", "detail": detail}


def _log(session: Gateway, kept: Path) -> list[dict[str, str]]:
    answer = session.call("GET", "/v1/archive/heads?limit=1")
    if not answer["heads"]:
        return [{"what": "archive log", "holds": "yes", "detail": "empty"}]
    head = answer["heads"][0]
    rows = [{"what": "signature of the newest head", **_signature(head, answer["keys"])}]
    before = json.loads(kept.read_text()) if kept.exists() else None
    if before:
        rows.append(
            {"what": f"the log begins with the {before['size']} entries of last time", **_grew(session, before, head)}
        )
    if all(row["holds"] == "yes" for row in rows):
        kept.write_text(json.dumps(head))
    return rows


def _signature(head: dict[str, Any], keys: list[dict[str, Any]]) -> dict[str, str]:
    try:
        signed = jws.deserialize_compact(
            head["jws"], KeySet([ECKey.import_key(key) for key in keys]), algorithms=["ES256"]
        )
    except (JoseError, ValueError) as error:
        return {"holds": "no", "detail": str(error)}
    content = json.loads(signed.payload)
    same = (content["size"], content["root"]) == (head["size"], head["root"])
    return {"holds": "yes" if same else "no", "detail": f"{head['size']} entries, {head['signed_at']}"}


def _grew(session: Gateway, before: dict[str, Any], head: dict[str, Any]) -> dict[str, str]:
    if before["size"] > head["size"]:
        return {"holds": "no", "detail": f"it has {head['size']} entries now: some were cut off"}
    found = session.call("GET", f"/v1/archive/heads/consistency?first={before['size']}&second={head['size']}")
    holds = merkle.consistent(
        before["size"],
        head["size"],
        bytes.fromhex(before["root"]),
        bytes.fromhex(head["root"]),
        [bytes.fromhex(value) for value in found["proof"]],
    )
    return {"holds": "yes" if holds else "no", "detail": f"{head['size'] - before['size']} new entries"}
