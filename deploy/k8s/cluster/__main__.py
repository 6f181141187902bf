"""`python -m cluster overlay` writes what the contracts imply, `python -m cluster secrets` prints fresh secrets."""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from cluster.database import database, provisioning
from cluster.kafka import topics, users
from cluster.migrations import migrations
from cluster.names import Manifest
from cluster.scaling import scaling
from cluster.secrets import fresh_secrets
from gateway.documents import rendered, write

FILES: Final[dict[str, Callable[[], list[Manifest]]]] = {
    "topics.yaml": topics,
    "principals.yaml": users,
    "database.yaml": database,
    "scaling.yaml": scaling,
    "migrations.yaml": migrations,
}
_SOURCE: Final = "the contracts by `python -m cluster overlay`"


def texts() -> dict[str, str]:
    """Each generated file of the production overlay, by name."""
    return {name: rendered(make(), Path(name), made_from=_SOURCE) for name, make in FILES.items()}


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m cluster", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    overlay = commands.add_parser("overlay", help="topics, principals, database and scaling of the production overlay")
    overlay.add_argument("--out", type=Path, required=True, help="directory of the overlay")
    provision = commands.add_parser("provisioning", help="the database's roles and schemas as SQL, without passwords")
    provision.add_argument("--out", type=Path, required=True)
    commands.add_parser("secrets", help="every secret the manifests refer to, random, as YAML on standard output")
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> int:
    arguments = _arguments(argv)
    if arguments.command == "secrets":
        print(rendered(fresh_secrets(), Path("secrets.yaml"), made_from="nothing but chance: never commit it"))
        return 0
    if arguments.command == "provisioning":
        write(provisioning(), arguments.out)
        return 0
    for name, text in texts().items():
        write(text, arguments.out / name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
