"""The portal in Chromium, in front of the running mesh."""

from collections.abc import Generator

import pytest
from browser import PICTURES, chromium
from playwright.sync_api import Browser, sync_playwright

from actors.mesh import Mesh
from actors.session import Machine
from local_stack import tools


@pytest.fixture(scope="session")
def window() -> Generator[Browser]:
    """Chromium, installed when that may be done, else named."""
    where = chromium()
    executable = str(where) if where else tools.require("chromium")
    PICTURES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def erp(mesh: Mesh) -> Generator[Machine]:
    """The buyer's program."""
    with mesh.erp() as machine:
        yield machine
