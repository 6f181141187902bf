"""`python -m local_stack`: the commands of the local stack."""

from __future__ import annotations

import argparse
import json
import sys
import time

from local_stack import ports
from local_stack.errors import StackError
from local_stack.layout import Layout
from local_stack.report import say
from local_stack.stack import Stack


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local_stack", description="The local stack, without containers.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, what: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=what)
        added.add_argument("--run", metavar="DIR", help="run folder of the stack (default: .local of this checkout)")
        return added

    up = command("up", "start what does not run, in order, and wait until it answers")
    up.add_argument("--only", choices=["infra"], help="Kafka, PostgreSQL, the object store and the mail catcher only")
    command("down", "stop everything; data stay")
    command("reset", "stop everything and remove its data")
    command("ports", "print the ports as JSON")
    return parser


def main() -> int:
    options = _parser().parse_args()
    layout = Layout.of(options.run)
    stack = Stack(layout)
    began = time.monotonic()
    try:
        match options.command:
            case "up":
                stack.up(only_infrastructure=options.only == "infra")
                say(f"{time.monotonic() - began:7.2f} s  up in all")
            case "down":
                stack.down()
            case "reset":
                stack.reset()
            case _:
                say(json.dumps(ports.read(layout), indent=1))
    except StackError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
