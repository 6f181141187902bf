"""`python -m gateway envoy` writes an Envoy's configuration, `python -m gateway kubernetes` a cluster's objects."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from gateway.documents import rendered, write
from gateway.envoy import OriginError, Origins, bootstrap
from gateway.envoy_api import Config
from gateway.kubernetes.manifests import manifests
from gateway.upstreams import Ports, PortsError


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m gateway", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    envoy = commands.add_parser("envoy", help="one Envoy on this machine or in a container")
    envoy.add_argument("--ports", type=Path, required=True, help="JSON object of names and ports or host:port")
    envoy.add_argument("--tls", type=Path, required=True, help="directory of gateway.pem and gateway.key")
    envoy.add_argument("--origin", action="append", default=[], help="public origin, https://host[:port]; repeatable")
    envoy.add_argument("--out", type=Path, required=True)
    kubernetes = commands.add_parser("kubernetes", help="Gateway API routes and Envoy Gateway policies")
    kubernetes.add_argument("--out", type=Path, required=True)
    return parser.parse_args(argv)


def _envoy(arguments: argparse.Namespace) -> Config:
    return bootstrap(Ports.read(arguments.ports), arguments.tls, Origins(tuple(arguments.origin)))


def main(argv: Sequence[str] | None = None) -> int:
    """Ends with 0, or with 2 and one line that says what is wrong."""
    arguments = _arguments(argv)
    try:
        documents = manifests() if arguments.command == "kubernetes" else [_envoy(arguments)]
    except (PortsError, OriginError) as fault:
        print(fault, file=sys.stderr)
        return 2
    write(rendered(documents, arguments.out), arguments.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
