"""`navette check`: the official rules over files, offline."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from contracts.faults import Finding, Severity
from navette.errors import CommandError
from navette.output import out, table_of
from rules.detection import Kind
from rules.engine import RuleEngine, Verdict, official_engine
from rules.errors import PacksMissing
from rules.packs import PACKS, RulePack, cache_directory, packs_of

app = typer.Typer()


@app.command()
def check(
    files: Annotated[list[Path], typer.Argument(help="XML documents, and folders of them")],
    sets: Annotated[str, typer.Option(help="Names, divided by commas; those unknown for a syntax are left out")] = "",
    jsonl: Annotated[bool, typer.Option("--jsonl", help="One JSON object a file, with rule ids and counts")] = False,
    official: Annotated[bool, typer.Option(help="By Saxon and the official stylesheets, to compare with")] = False,
) -> None:
    """Check documents against the official rules; status 1 when one is not valid (0 with `--jsonl`, which says so).

    Without `--sets`: those that each document asks for.
    """
    names = _names(sets)
    engine = RuleEngine(engines=[official_engine(cache_directory())] if official else None)
    valid = True
    rows: list[dict[str, Any]] = []
    try:
        for file in _files(files):
            verdict = engine.judge(file.read_bytes(), lambda kind: _packs(kind, names))
            valid &= _passes(verdict)
            if jsonl:
                typer.echo(json.dumps(_line(file, verdict)))
            else:
                rows += _rows(file, verdict)
    except (PacksMissing, OSError) as error:
        raise CommandError(str(error)) from None
    if jsonl:
        return
    out.show(rows, table_of(rows, ("file", "set", "rule", "severity", "count", "where")))
    if not valid:
        raise typer.Exit(1)


def _names(sets: str) -> frozenset[str]:
    names = frozenset(filter(None, (name.strip() for name in sets.split(","))))
    known = {pack.set for pack in PACKS}
    if unknown := names - known:
        raise CommandError(f"no such set: {', '.join(sorted(unknown))}; there are {', '.join(sorted(known))}")
    return names


def _packs(kind: Kind, names: frozenset[str]) -> Sequence[RulePack]:
    return [pack for pack in packs_of(kind.syntax.name) if pack.set in names] if names else kind.packs()


def _files(paths: list[Path]) -> Iterator[Path]:
    for path in paths:
        yield from sorted(path.rglob("*.xml")) if path.is_dir() else (path,)


def _all(verdict: Verdict) -> list[Finding]:
    return [*verdict.refused, *(finding for findings in verdict.by_set.values() for finding in findings)]


def _passes(verdict: Verdict) -> bool:
    return not any(finding.stops for finding in _all(verdict))


def _line(file: Path, verdict: Verdict) -> dict[str, Any]:
    line: dict[str, Any] = {
        "file": str(file),
        "syntax": verdict.syntax,
        "xsd_valid": not verdict.refused,
        "by_set": {name: _counts(findings) for name, findings in verdict.by_set.items()},
    }
    if verdict.refused:
        line["refused"] = sorted({finding.rule for finding in verdict.refused})
    return line


def _counts(findings: list[Finding]) -> dict[str, Any]:
    """Rule ids and how often each fired; `error`: why the rules stopped, where they did."""
    counts: dict[str, Any] = {"fatal": {}, "warning": {}}
    for finding in findings:
        counts["fatal" if finding.severity is Severity.FATAL else "warning"][finding.rule] = finding.count
        if finding.rule == "NAV-ENGINE-01":
            counts["error"] = finding.parameters["cause"]
    return counts


def _rows(file: Path, verdict: Verdict) -> list[dict[str, Any]]:
    found = _all(verdict)
    if not found:
        return [{"file": str(file), "set": ", ".join(verdict.by_set), "rule": "valid"}]
    return [
        {
            "file": str(file),
            "set": finding.rule_set,
            "rule": finding.rule,
            "severity": finding.severity.value,
            "count": finding.count,
            "where": finding.pointer,
        }
        for finding in found
    ]
