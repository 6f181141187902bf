"""Configurations as text: plain YAML without anchors, or JSON where a file's name says so."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import yaml

ROUTE_TABLE: Final = "gateway/routes.py by `python -m gateway`"


class _Plain(yaml.SafeDumper):
    """Every value is written where it stands: anchors save bytes and cost every reader."""

    def ignore_aliases(self, data: Any) -> bool:
        del data
        return True


def rendered(documents: Iterable[Any], out: Path, made_from: str = ROUTE_TABLE) -> str:
    """One document as JSON for `*.json`, which is how Envoy tells them apart; else one or more as YAML."""
    if out.suffix == ".json":
        (single,) = documents
        return json.dumps(single, indent=1) + "\n"
    header = f"# Made from {made_from}. Change it there, then make this again.\n"
    return header + yaml.dump_all(documents, Dumper=_Plain, sort_keys=False, width=120)


def write(text: str, out: Path) -> None:
    """Whole or not at all: Envoy may be reading the file."""
    out.parent.mkdir(parents=True, exist_ok=True)
    fresh = out.with_name(out.name + ".new")
    fresh.write_text(text)
    fresh.replace(out)
