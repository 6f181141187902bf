"""`python -m local_stack.pki create|serve|revoke --dir DIR`."""

import argparse
from pathlib import Path

from local_stack.pki.authorities import create
from local_stack.pki.layout import Layout, Name
from local_stack.pki.revocation import revoke
from local_stack.pki.server import serve


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m local_stack.pki", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    making = commands.add_parser("create", help="make the authorities, the seal key and the time-stamp unit")
    making.add_argument("--url", default="http://127.0.0.1", help="origin written into the certificates")
    serving = commands.add_parser("serve", help="answer for TSA, CRLs, OCSP and certificates")
    serving.add_argument("--host", default="127.0.0.1")
    serving.add_argument("--port", type=int, required=True)
    revoking = commands.add_parser("revoke", help="put a certificate on its authority's list")
    revoking.add_argument("name", choices=list(Name), type=Name)
    for command in (making, serving, revoking):
        command.add_argument("--dir", type=Path, required=True, help="the directory of the PKI")
    asked = parser.parse_args()
    layout = Layout(asked.dir)
    if asked.command == "create":
        create(asked.dir, asked.url)
        print(f"seal PKI ready in {asked.dir}")
        return 0
    if not layout.is_complete():
        parser.error(f"{asked.dir} holds no whole PKI: run create first")
    if asked.command == "revoke":
        revoke(layout, asked.name)
    else:
        serve(layout, asked.host, asked.port)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
