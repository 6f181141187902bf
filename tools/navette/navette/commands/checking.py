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
from rules.differences import appeared
from rules.engine import RuleEngine, Verdict, official_engine
from rules.errors import PacksMissing, UnknownRuleSet
from rules.packs import PACKS, RulePack, cache_directory, packs_of
from rules.under import Under

app = typer.Typer()


@app.command()
def check(
    files: Annotated[list[Path], typer.Argument(help="XML documents, and folders of them")],
    sets: Annotated[str, typer.Option(help="Names, divided by commas; those unknown for a syntax are left out")] = "",
    jsonl: Annotated[bool, typer.Option("--jsonl", help="One JSON object a file, with rule ids and counts")] = False,
    official: Annotated[bool, typer.Option(help="By Saxon and the official stylesheets, to compare with")] = False,
    at: Annotated[str, typer.Option(help="By the rules of that date, or by sets in a version: en16931@1.3.15")] = "",
    against: Annotated[str, typer.Option(help="As --at: show only what these other rules find or no longer find")] = "",
) -> None:
    """Check documents against the official rules; status 1 when one is not valid (0 with `--jsonl`, which says so).

    Without `--sets` and `--at`: those that each document asks for, as they were in force on its date.
    """
    names = _names(sets)
    first, second = Under.read(at), Under.read(against)
    engine = RuleEngine(engines=[official_engine(cache_directory())] if official else None)
    valid = True
    rows: list[dict[str, Any]] = []
    try:
        for file in _files(files):
            document = file.read_bytes()
            verdict = engine.judge(document, lambda kind: _packs(kind, names, first))
            valid &= _passes(verdict)
            if against:
                rows += _changed(
                    file, verdict, engine.judge(document, lambda kind: kind.packs(second.sets, second.day))
                )
            elif jsonl:
                typer.echo(json.dumps(_line(file, verdict)))
            else:
                rows += _rows(file, verdict)
    except (PacksMissing, UnknownRuleSet, OSError) as error:
        raise CommandError(str(error)) from None
    if jsonl:
        return
    out.show(
        rows, table_of(rows, ("file", "set", "rule", "severity", "count", *(("change",) if against else ("where",))))
    )
    if not valid and not against:
        raise typer.Exit(1)


def _names(sets: str) -> frozenset[str]:
    names = frozenset(filter(None, (name.strip() for name in sets.split(","))))
    known = {pack.set for pack in PACKS}
    if unknown := names - known:
        raise CommandError(f"no such set: {', '.join(sorted(unknown))}; there are {', '.join(sorted(known))}")
    return names


def _packs(kind: Kind, names: frozenset[str], under: Under) -> Sequence[RulePack]:
    if names and under == Under():
        return [pack for pack in packs_of(kind.syntax.name) if pack.set in names]
    return [pack for pack in kind.packs(under.sets, under.day) if not names or pack.set in names]


def _changed(file: Path, before: Verdict, after: Verdict) -> list[dict[str, Any]]:
    first = [finding for name in after.by_set for finding in before.by_set.get(name, ())]
    second = [finding for findings in after.by_set.values() for finding in findings]
    changes = (("new", appeared(first, second)), ("gone", appeared(second, first)))
    return [
        {
            "file": str(file),
            "set": finding.rule_set,
            "rule": finding.rule,
            "severity": finding.severity.value,
            "count": finding.count,
            "change": change,
        }
        for change, findings in changes
        for finding in findings
    ]


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
