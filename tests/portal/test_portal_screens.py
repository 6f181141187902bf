"""Every screen: no violation of WCAG, nothing wider than the window, nothing in the console; and a picture of it."""

import gzip
import json
import os
import re
from itertools import product
from pathlib import Path

import pytest
from browser import Language, visitor
from playwright.sync_api import Browser

from actors.mesh import UNIT, Mesh
from local_stack.layout import REPOSITORY

SUPPLIER = {
    "home": "/",
    "orders": "/orders",
    "invoices": "/invoices",
    "drafts": "/drafts",
    "partners": "/partners",
    "archive": "/archive",
    "company": "/settings/company",
    "users": "/settings/users",
    "security": "/settings/security",
    "find": "/partners/find",
    "messages": "/settings/notifications",
    "webhooks": "/settings/webhooks",
    "me": "/settings/me",
    "nowhere": "/no/such/page",
    "help": "/help",
    "guide": "/help/flip",
    "tickets": "/tickets",
    "trash": "/trash",
    "uploads": "/uploads",
    "customers": "/partners/bring",
    "plan": "/settings/plan",
    "tax-codes": "/settings/taxes",
    "keys": "/settings/keys",
    "record": "/settings/record",
    "rules-read": f"/rules/{UNIT}",
}
BUYER = {
    "approvals": "/approvals",
    "received": "/invoices",
    "buyer-orders": "/orders",
    "keyed-order": "/orders/new",
    "order-files": "/orders/files",
    "suppliers": "/partners",
    "campaign": "/partners/bring",
    "rules": "/rules",
    "paper": "/paper",
    "units": "/settings/units",
}
FIRST_LOAD = 300_000
EVERY_LOOK = bool(os.environ.get("EVERY_LOOK"))
"""For whoever looks at the pictures; the tests themselves need but what differs."""
LOOKS: list[tuple[Language, int, bool]] = (
    list(product(("fr", "en"), (1440, 390, 320), (False, True)))
    if EVERY_LOOK
    else [("fr", 1440, False), ("en", 1440, True), ("fr", 320, False)]
)


@pytest.mark.e2e
@pytest.mark.timeout(300, func_only=True)
@pytest.mark.parametrize(("language", "width", "dark"), LOOKS)
def test_every_screen_keeps_what_each_must(
    window: Browser, mesh: Mesh, language: Language, width: int, dark: bool
) -> None:
    for name, screens in (("supplier", SUPPLIER), ("buyer", BUYER)):
        email = f"{name}@demo.navette.example"
        with visitor(window, mesh.access.url, language, width=width, dark=dark, refusals=(404,)) as someone:
            someone.go("/activation")
            someone.look("activation")
            someone.go("/")
            someone.look("sign-in")
            for outside in ("register", "password", "support", "verify"):
                someone.go(f"/{outside}")
                someone.look(outside)
            someone.sign_in(email, mesh.people[email])
            for screen, path in screens.items():
                someone.go(path)
                someone.look(screen)
            someone.page.keyboard.press("Control+k")
            someone.page.locator("input[role=combobox]").wait_for()
            someone.look(f"palette-{name}")


@pytest.mark.e2e
def test_the_first_load_stays_small() -> None:
    dist = REPOSITORY / "portal" / "dist"
    page = (dist / "index.html").read_text()
    chunks = json.loads((dist / ".vite" / "manifest.json").read_text())
    entry = next(name for name, chunk in chunks.items() if chunk.get("isEntry"))
    needed: set[str] = set()

    def take(name: str) -> None:
        chunk = chunks[name]
        if chunk["file"] not in needed:
            needed.update([chunk["file"], *chunk.get("css", [])])
            for other in chunk.get("imports", []):
                take(other)

    for name in (entry, "src/main.tsx", "src/shell/Shell.tsx", "src/home/Home.tsx", "src/words/fr/index.ts"):
        take(name)
    assert re.search(r'src="/assets/index-[\w-]+\.js"', page)
    size = sum(len(gzip.compress(Path(dist / file).read_bytes(), 6)) for file in needed)
    assert size <= FIRST_LOAD, f"{size} bytes, of {sorted(needed)}"
