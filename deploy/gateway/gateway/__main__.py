"""`python -m gateway envoy` writes the configuration of one Envoy, `python -m gateway kubernetes` a cluster's objects."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import yaml

from gateway.envoy import OriginError, Origins, bootstrap
from gateway.envoy_api import Config
from gateway.upstreams import Ports, PortsError

HEADER = "# Made from gateway/routes.py by `python -m gateway`: change it there, then make this again.\n"


def _write(text: str, out: Path) -> None:
    """Whole or not at all: Envoy may be reading the file."""
    out.parent.mkdir(parents=True, exist_ok=True)
    fresh = out.with_name(out.name + ".new")
    fresh.write_text(text)
    fresh.replace(out)


def _rendered(configuration: Config, out: Path) -> str:
    """JSON or YAML by the file's name, which is how Envoy tells them apart."""
    if out.suffix == ".json":
        return json.dumps(configuration, indent=1) + "\n"
    return HEADER + yaml.safe_dump(configuration, sort_keys=False, width=120)


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m gateway", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    envoy = commands.add_parser("envoy", help="one Envoy on this machine or in a container")
    envoy.add_argument("--ports", type=Path, required=True, help="JSON object of names and ports or host:port")
    envoy.add_argument("--tls", type=Path, required=True, help="directory of gateway.pem and gateway.key")
    envoy.add_argument("--origin", action="append", default=[], help="public origin, https://host[:port]; repeatable")
    envoy.add_argument("--out", type=Path, required=True)
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> int:
    """Ends with 0, or with 2 and one line that says what is wrong."""
    arguments = _arguments(argv)
    try:
        configuration = bootstrap(Ports.read(arguments.ports), arguments.tls, Origins(tuple(arguments.origin)))
    except (PortsError, OriginError) as fault:
        print(fault, file=sys.stderr)
        return 2
    _write(_rendered(configuration, arguments.out), arguments.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
