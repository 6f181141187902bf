"""What every screen owes to whoever does not see it, or sees little of it at once (WCAG 1.3.1, 1.4.10, 4.1.2)."""

from itertools import pairwise
from typing import Any

from playwright.sync_api import CDPSession, Page

_CONTROLS = frozenset(
    {"button", "link", "textbox", "searchbox", "combobox", "checkbox", "radio", "switch", "menuitem", "tab", "option"}
)
_LANDMARKS = frozenset({"navigation", "region"})
"""Of several of a kind, a name tells which. A form without a name is none."""
ZOOMED = {"width": 320, "height": 256}
"""CSS pixels of a window of 1280 × 1024 at 400 %."""
_READ = """
() => {
  const hidden = (node) => !node.checkVisibility() || node.closest('[aria-hidden=true], .sr, .skip');
  const tell = (node) => node.tagName.toLowerCase() + '.' + String(node.className.baseVal ?? node.className);
  const all = [...document.querySelectorAll('body *')].filter((node) => !hidden(node));
  const style = (node) => getComputedStyle(node);
  const faults = [];
  if (document.documentElement.scrollWidth > innerWidth)
    faults.push(`${document.documentElement.scrollWidth} px wide`);
  for (const node of all) {
    const { overflowX, textOverflow, position } = style(node);
    if (['auto', 'scroll'].includes(overflowX) && node.scrollWidth > node.clientWidth + 1 && node.clientHeight > 0)
      faults.push(`scrolls sideways: ${tell(node)}`);
    if (textOverflow === 'ellipsis' && overflowX === 'hidden' && node.scrollWidth > node.clientWidth + 1)
      faults.push(`cuts its text: ${tell(node)} “${node.textContent.slice(0, 40)}”`);
    const { height } = node.getBoundingClientRect();
    if (['fixed', 'sticky'].includes(position) && height > innerHeight / 2 && !node.closest('[role=dialog]')
        && node.textContent.trim() && style(node).pointerEvents !== 'none')
      faults.push(`covers half of the window: ${tell(node)}`);
  }
  return [...new Set(faults)];
}
"""
_HEADINGS = """
() => [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')]
  .filter((node) => node.checkVisibility() || node.closest('.sr')).map((node) => Number(node.tagName[1]))
"""


def _value(node: dict[str, Any], name: str) -> str:
    return str(node.get(name, {}).get("value", "")).strip()


def _is_hidden(node: dict[str, Any]) -> bool:
    return bool(node.get("ignored"))


def unnamed(chrome: CDPSession) -> list[str]:
    """Controls that a screen reader cannot name, and landmarks of one kind that it cannot tell apart."""
    nodes: list[dict[str, Any]] = chrome.send("Accessibility.getFullAXTree")["nodes"]
    seen = [(_value(node, "role"), _value(node, "name")) for node in nodes if not _is_hidden(node)]
    faults = [f"a {role} without a name" for role, name in seen if role in _CONTROLS and not name]
    for kind in _LANDMARKS:
        names = [name for role, name in seen if role == kind]
        if len(names) > 1 and (not all(names) or len(set(names)) < len(names)):
            faults.append(f"{kind} landmarks that cannot be told apart: {names}")
    if [role for role, _ in seen].count("main") > 1:
        faults.append("several main landmarks")
    return faults


def disordered(page: Page) -> list[str]:
    """Headings that do not begin with the page's own, or leave a level out."""
    levels: list[int] = page.evaluate(_HEADINGS)
    faults = [] if levels.count(1) == 1 else [f"{levels.count(1)} headings of the first level"]
    jumps = [(one, other) for one, other in pairwise(levels) if other > one + 1]
    return faults + [f"heading {other} after {one}" for one, other in jumps]


def lost_when_zoomed(page: Page) -> list[str]:
    """What a window at four times the size cuts, covers, or makes one scroll for in two directions."""
    before = page.viewport_size
    assert before is not None
    page.set_viewport_size({"width": ZOOMED["width"], "height": ZOOMED["height"]})
    try:
        return list(page.evaluate(_READ))
    finally:
        page.set_viewport_size(before)
