"""System tools the stack needs: found, else installed when we may, else named with the command that installs them."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading

from local_stack.errors import MissingToolError
from local_stack.report import step

DEBIAN_PACKAGES = {
    "java": "default-jre-headless",
    "mvn": "maven",
    "setpriv": "util-linux",
    "go": "golang-go",
    "softhsm2-util": "softhsm2",
    "chromium": "chromium",
    "npm": "npm",
    "firefox-esr": "firefox-esr",
}
_one_apt_at_a_time = threading.Lock()
one_maven_at_a_time = threading.Lock()
"""Two Mavens that fill one empty local repository trip over each other."""


def find(tool: str) -> str | None:
    """Where a tool is, None when it is not installed."""
    return shutil.which(tool)


def require(tool: str) -> str:
    """Where a tool is; installed by apt when this is root or CI.

    Raises MissingToolError with the one command that installs it.
    """
    found = find(tool)
    if found:
        return found
    package = DEBIAN_PACKAGES[tool]
    sudo = () if os.geteuid() == 0 else ("sudo", "-n")
    command = f"{'sudo ' if sudo else ''}apt-get install -y --no-install-recommends {package}"
    if find("apt-get") and (not sudo or os.environ.get("CI")):
        with _one_apt_at_a_time, step(f"installed {package}, which has {tool}", announce=True):
            _apt(sudo, "update", "-qq")
            _apt(sudo, "install", "-y", "-qq", "--no-install-recommends", package)
        found = find(tool)
        if found:
            return found
    raise MissingToolError(f"{tool} is missing: {command}")


def _apt(sudo: tuple[str, ...], *arguments: str) -> None:
    subprocess.run(
        [*sudo, "apt-get", *arguments],
        env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        check=False,
    )
