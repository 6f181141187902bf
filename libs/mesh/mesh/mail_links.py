"""Where a mail points to. Ours point to the portal and nowhere else: readers may learn to distrust every other link."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urlsplit

# The scheme is bounded: unbounded, a long word without an address would take time in the square of its length.
_URL: Final = re.compile(r"[a-z][a-z0-9+.-]{0,30}://[^\s<>\"']*", re.IGNORECASE)
_LOADS: Final = frozenset({"src", "srcset", "background", "action", "formaction", "poster", "data", "ping"})
_ACTIVE: Final = frozenset({"base", "embed", "form", "iframe", "link", "object", "script", "svg"})


def foreign_link(public_url: str, text: str, html: str, *further: str | None) -> str | None:
    """The first thing in a mail that leads elsewhere, loads anything, or runs; None when there is none.

    `public_url` is the portal's origin. `further` are addresses that stand in headers.
    """
    reader = _Reader()
    reader.feed(html)
    reader.close()
    if reader.refused:
        return reader.refused
    for url in (*_urls(text), *reader.urls, *(each for each in further if each is not None)):
        if not _is_portal(public_url, url):
            return url or "an empty address"
    return None


def unlinked(value: str) -> str:
    """What people typed (a company's name, a remark), made fit for a mail: no address in it can be followed."""
    return _URL.sub(lambda match: match.group().replace("://", " "), value)


def _urls(value: str) -> Iterator[str]:
    return (match.group() for match in _URL.finditer(value))


def _is_portal(public_url: str, url: str) -> bool:
    if "\\" in url:  # browsers read it as a slash, urlsplit does not
        return False
    try:
        there, ours = urlsplit(url), urlsplit(public_url)
    except ValueError:
        return False
    return (there.scheme.lower(), there.netloc.lower()) == (ours.scheme.lower(), ours.netloc.lower())


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.urls: list[str] = []
        self.refused: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _ACTIVE:
            self.refused = self.refused or f"<{tag}>"
        for name, value in attrs:
            if name in _LOADS or name == "http-equiv" or name.startswith("on") or "url(" in (value or "").lower():
                self.refused = self.refused or f"<{tag} {name}>"
            elif name in ("href", "xlink:href"):
                self.urls.append(value or "")
            else:
                self.urls += _urls(value or "")

    def handle_data(self, data: str) -> None:
        if "url(" in data.lower() or "@import" in data.lower():
            self.refused = self.refused or "a style that loads something"
        self.urls += _urls(data)
