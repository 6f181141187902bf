"""`python tests/bench/portal/lighthouse`: Lighthouse's scores of the portal, desktop preset, the median of `RUNS` (3).

Chromium on the whole mesh, through the gateway's TLS, whose authority no browser knows. Lighthouse itself is installed
once, as the lock beside this file names it. `PAGES=/orders,/archive` at will.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from actors.documents import fresh
from actors.mesh import Mesh
from actors.stack import peopled, up
from actors.trade import Supplier, new_order
from local_stack import tools
from local_stack.layout import REPOSITORY, Layout
from local_stack.stack import Stack

HERE = Path(__file__).parent
INSTALLED = REPOSITORY / ".cache" / "lighthouse"
WHO = "supplier@demo.navette.example"
GOALS = {"performance": 90, "accessibility": 100, "best-practices": 100}


def say(name: str, figure: str) -> None:
    """One line of the table."""
    sys.stdout.write(f"{name:<48}{figure}\n")
    sys.stdout.flush()


def _install() -> None:
    INSTALLED.mkdir(parents=True, exist_ok=True)
    for file in ("package.json", "package-lock.json", "scores.mjs"):
        shutil.copy(HERE / file, INSTALLED / file)
    # not `npm ci`: it refuses a lock that leaves out the packages of other platforms, as npm itself writes it
    install = [tools.require("npm"), "install", "--no-save", "--silent", "--no-audit", "--no-fund"]
    subprocess.run(install, cwd=INSTALLED, check=True)


def _an_invoice(mesh: Mesh) -> str:
    with mesh.erp() as erp, mesh.person("supplier") as person:
        desk = Supplier(person)
        return str(desk.deliver(new_order(erp, desk)["id"], fresh("F"))["id"])


def main() -> None:
    """Print the table; ends with 1 if a median misses its goal."""
    if not (INSTALLED / "node_modules" / "lighthouse").exists():
        _install()
    shutil.copy(HERE / "scores.mjs", INSTALLED / "scores.mjs")
    mesh = peopled(up(Stack(Layout.of_tests())))
    given = {
        "PORTAL_URL": mesh.access.url,
        "CHROMIUM": tools.require("chromium"),
        "EMAIL": WHO,
        "PASSWORD": mesh.people[WHO],
        "PAGES": os.environ.get("PAGES") or f"/,/orders,/invoices,/archive,/invoices/{_an_invoice(mesh)}",
        "RUNS": os.environ.get("RUNS", "3"),
    }
    node = [str(REPOSITORY / "tools" / "portal"), "run", "node", str(INSTALLED / "scores.mjs")]
    missed = False
    with subprocess.Popen(node, env=os.environ | given, stdout=subprocess.PIPE, text=True) as told:
        for line in told.stdout or ():
            page: dict[str, Any] = json.loads(line)
            figures = " · ".join(f"{name} {page['medians'][name]} {page['seen'][name]}" for name in GOALS)
            say(page["name"].partition("-0")[0], figures)
            for audit, why in page["low"].items():
                say(f"  {audit}", why)
            missed |= any(page["medians"][name] < goal for name, goal in GOALS.items())
    missed |= told.returncode != 0
    say("goals", ", ".join(f"{name} ≥ {goal}" for name, goal in GOALS.items()))
    say("load of the machine", f"{os.getloadavg()[0]:.1f}")
    sys.exit(missed)


if __name__ == "__main__":
    main()
