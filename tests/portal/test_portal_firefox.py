"""The main story in Debian's Firefox, which is driven over WebDriver BiDi."""

import os
import shutil
import subprocess

import pytest
from browser import PICTURES

from actors.documents import fresh, order_xml
from actors.mesh import Mesh
from actors.session import Machine
from actors.trade import Supplier, publish
from local_stack import tools
from local_stack.layout import REPOSITORY

STORY = "tests/firefox/story.mjs"


@pytest.mark.e2e
def test_firefox_tells_the_same_story(mesh: Mesh, erp: Machine) -> None:
    firefox = shutil.which("firefox-esr") or shutil.which("firefox") or tools.require("firefox-esr")
    order, number = fresh("CMD"), fresh("F")
    publish(erp, order_xml(order))
    with mesh.person("supplier") as person:
        Supplier(person).order(order)
    supplier, buyer = (f"{name}@demo.navette.example" for name in ("supplier", "buyer"))
    told = subprocess.run(
        [str(REPOSITORY / "tools" / "portal"), "run", "node", STORY],
        env=os.environ
        | {
            "PORTAL_URL": mesh.access.url,
            "FIREFOX": firefox,
            "ORDER": order,
            "NUMBER": number,
            "SUPPLIER": supplier,
            "SUPPLIER_PASSWORD": mesh.people[supplier],
            "BUYER": buyer,
            "BUYER_PASSWORD": mesh.people[buyer],
            "PICTURES": str(PICTURES),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr
