"""`python -m local_stack`: the commands of the local stack."""

from __future__ import annotations

import argparse
import json
import os
import shlex
import sys
import time

from contracts.topics import SERVICES
from local_stack import environment, ports, status
from local_stack.errors import StackError
from local_stack.layout import Layout
from local_stack.report import say
from local_stack.stack import Stack, fetch
from local_stack.tls import AUTHORITY


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
    shown = command("status", "what runs, since when, with what memory and how far behind")
    shown.add_argument("--json", action="store_true", help="for programs")
    logs = command("logs", "the end of one log or of all")
    logs.add_argument("name", nargs="?", metavar="NAME")
    logs.add_argument("-n", "--lines", type=int, help="how many lines (200 of one, 10 of each)")
    logs.add_argument("-f", "--follow", action="store_true", help="go on as they grow")
    command("restart", "stop and start one process").add_argument("name", metavar="NAME")
    command("reset", "stop everything and remove its data, secrets and logs")
    command("env", "print the environment of a service").add_argument("service", choices=SERVICES, metavar="SERVICE")
    command("ports", "print the ports as JSON")
    command("fetch", "download and build what is missing, start nothing")
    return parser


def _up(stack: Stack, *, only_infrastructure: bool) -> None:
    began = time.monotonic()
    stack.up(only_infrastructure=only_infrastructure)
    say(f"{time.monotonic() - began:7.2f} s  up in all")
    given = ports.read(stack.layout)
    if not only_infrastructure:
        say(f"\nportal and API  {environment.public_url(given)}")
        say(f"status          {environment.public_url(given)}/status")
        say(f"mails           https://mail.localhost:{given['gateway']} or http://127.0.0.1:{given['mail']}")
        say(f"trust it        curl --cacert {stack.layout.tls / AUTHORITY}, or import that file into your browser")


def _logs(layout: Layout, options: argparse.Namespace) -> None:
    """Become `tail`."""
    if options.name:
        files = [layout.logs / f"{options.name}.log"]
        if not files[0].exists():
            known = sorted(path.stem for path in layout.logs.glob("*.log"))
            raise StackError(f"no log is called {options.name}: there are {', '.join(known) or 'none'}")
    else:
        files = sorted(layout.logs.glob("*.log"))
        if not files:
            raise StackError(f"no logs in {layout.logs}")
    lines = options.lines or (200 if options.name else 10)
    follow = ["-F"] if options.follow else []
    sys.stdout.flush()
    os.execvp("tail", ["tail", "-n", str(lines), *follow, *map(str, files)])  # noqa: S606 -- nothing is left to do here


def _status(stack: Stack, *, as_json: bool) -> None:
    rows = status.rows(stack.layout, stack.programs())
    say(json.dumps(status.as_json(rows), indent=1) if as_json else status.table(rows))


def _run(options: argparse.Namespace) -> None:
    layout = Layout.of(options.run)
    stack = Stack(layout)
    match options.command:
        case "up":
            _up(stack, only_infrastructure=options.only == "infra")
        case "down":
            stack.down()
        case "status":
            _status(stack, as_json=options.json)
        case "logs":
            _logs(layout, options)
        case "restart":
            stack.restart(options.name)
        case "reset":
            stack.reset()
        case "env":
            for name, value in environment.of(layout, ports.read(layout), options.service).items():
                say(f"{name}={shlex.quote(value)}")
        case "ports":
            say(json.dumps(ports.read(layout), indent=1))
        case _:
            fetch(layout)


def main() -> int:
    """Ends with 0, or with 1 and what to do about it."""
    try:
        _run(_parser().parse_args())
    except StackError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
