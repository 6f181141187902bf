"""A person at the portal: Chromium, and what must hold on every screen."""

import json
import os
import re
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Browser, CDPSession, ConsoleMessage, Page, expect
from reach import ZOOMED, disordered, lost_when_zoomed, unnamed

from local_stack.layout import REPOSITORY

AXE = REPOSITORY / "portal" / "node_modules" / "axe-core" / "axe.min.js"
PICTURES = REPOSITORY / ".cache" / "portal-screens"
GUIDES = REPOSITORY / "portal" / "public" / "guides"
_SHAPE = (REPOSITORY / "portal" / "src" / "help" / "content" / "shape.ts").read_text()
_GUIDES = frozenset(re.findall(r"'([\w-]+)'", _SHAPE.partition("PICTURES = [")[2].partition("]")[0]))
"""The pictures that guides of the help centre name; `GUIDES_WRITE=1` takes them anew."""
_DESK = 1440
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
_LOOK = """
(rules) => axe.run({runOnly: rules}).then((found) => found.violations.map((each) =>
  each.id + ': ' + each.nodes.slice(0, 3).map((node) => node.target.join(' ')).join(' | ')))
"""
expect.set_options(timeout=30_000)
_EXPECTED = "401"
"""The refusal a browser reports that is the answer itself: asking who is signed in before anybody is."""

Language = Literal["fr", "en"]


@dataclass
class Visitor:
    """One browser window. `faults` gathers what no screen may do."""

    page: Page
    url: str
    language: Language
    width: int
    dark: bool = False
    faults: list[str] = field(default_factory=list[str])
    chrome: CDPSession | None = None

    def go(self, path: str) -> None:
        """Open an address and wait for its heading."""
        self.page.goto(f"{self.url}{path}")
        self.page.wait_for_selector("h1")

    def sign_in(self, email: str, password: str) -> None:
        """By the form, with the keyboard."""
        self.go("/")
        self.page.fill("input[type=email]", email)
        self.page.fill("input[type=password]", password)
        self.page.keyboard.press("Enter")
        self.page.wait_for_selector("main#main h1 >> visible=true")
        self.page.wait_for_selector(".shell")

    def look(self, name: str) -> None:
        """Take a picture of the screen, and hold it to what every screen must keep."""
        expect(self.page.locator("main .mantine-Skeleton-root")).to_have_count(0)
        self.page.evaluate("document.fonts.ready")
        shade = "dark" if self.dark else "light"
        self.page.screenshot(path=PICTURES / f"{name}-{self.language}-{shade}-{self.width}.png")
        if name in _GUIDES and self.width == _DESK and not self.dark and os.environ.get("GUIDES_WRITE"):
            picture = GUIDES / self.language / f"{name}.jpg"
            picture.parent.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=picture, type="jpeg", quality=60)
        found: list[str] = self.page.evaluate(f"({_LOOK})({json.dumps(_RULES)})")
        over: int = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        # one for all looks: leaving it would take a test's own authenticator away
        self.chrome = self.chrome or self.page.context.new_cdp_session(self.page)
        found += unnamed(self.chrome) + disordered(self.page)
        if self.width == ZOOMED["width"]:
            found += lost_when_zoomed(self.page)
        self.faults += [f"{name}: {each}" for each in found]
        if over > 0:
            self.faults.append(f"{name}: {over} px wider than the window")


@contextmanager
def visitor(
    browser: Browser,
    url: str,
    language: Language,
    *,
    width: int = 1440,
    dark: bool = False,
    refusals: tuple[int, ...] = (),
) -> Generator[Visitor]:
    """A fresh window; on leaving, it must have met no fault. `refusals` are answers that the story provokes."""
    context = browser.new_context(
        ignore_https_errors=True,
        locale={"fr": "fr-FR", "en": "en-GB"}[language],
        viewport={"width": width, "height": 900},
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
    )
    context.set_default_timeout(45_000)
    context.add_init_script(path=AXE)
    someone = Visitor(context.new_page(), url, language, width, dark)

    expected = (_EXPECTED, *refusals)

    def heard(message: ConsoleMessage) -> None:
        if message.type == "error" and not any(f"status of {each}" in message.text for each in expected):
            someone.faults.append(f"console: {message.text[:300]}")

    def failed(error: Any) -> None:
        someone.faults.append(f"uncaught: {error}")

    someone.page.on("console", heard)
    someone.page.on("pageerror", failed)
    try:
        yield someone
    finally:
        context.close()
    assert someone.faults == [], someone.faults


def chromium() -> Path | None:
    """The machine's Chromium."""
    places = (Path("/usr/bin/chromium"), Path("/usr/bin/chromium-browser"), Path("/usr/bin/google-chrome"))
    return next((place for place in places if place.exists()), None)
