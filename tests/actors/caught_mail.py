"""What a person finds in their mailbox: the links and codes that the mesh sent them."""

import re
from typing import Any

import httpx

from actors.mesh import Mesh
from actors.waiting import eventually

_CODE = re.compile(r"(?<![\w-])(\d{6})(?![\w-])")  # not six digits within a number of a document


def _mails(mesh: Mesh, to: str) -> list[dict[str, Any]]:
    """The mails to an address, the latest last."""
    answer = httpx.get(f"http://127.0.0.1:{mesh.ports['mail']}/api/messages", params={"to": to}, timeout=10)
    answer.raise_for_status()
    return sorted(answer.json(), key=lambda mail: mail["received_at"])


def _texts(mesh: Mesh, to: str) -> list[str]:
    return [str(mail["text"]) for mail in _mails(mesh, to)]


def _subjects(mesh: Mesh, to: str) -> list[str]:
    return [str(mail["subject"]) for mail in _mails(mesh, to)]


class Mailbox:
    """One address. Each mail is read once, in the order of arrival."""

    def __init__(self, mesh: Mesh, address: str) -> None:
        self.address = address
        self._mesh = mesh
        self._read = 0

    def _next(self, pattern: re.Pattern[str], what: str) -> str:
        def found() -> str | None:
            texts = _texts(self._mesh, self.address)
            for at, text in enumerate(texts[self._read :], self._read + 1):
                if match := pattern.search(text):
                    self._read = at
                    return match[1] if match.groups() else match[0]
            return None

        return eventually(what, found)

    def link(self, page: str) -> str:
        """The link to a page of the portal in the next mail that has one."""
        return self._next(re.compile(rf"https?://\S+{re.escape(page)}\S*"), f"a link to {page}")

    def subject(self, words: str) -> str:
        """The subject of a mail, of all that came, that has these words in it."""

        def found() -> str | None:
            return next((each for each in _subjects(self._mesh, self.address) if words in each), None)

        return eventually(f"a mail about {words}", found)

    def code(self) -> str:
        """The six digits of the next mail that has some."""
        return self._next(_CODE, "a code")

    def says(self, about: str, what: str) -> bool:
        """Whether a mail about something, by its number, says this too."""
        return any(about in text and what in text for text in _texts(self._mesh, self.address))

    def about(self, what: str, word: str) -> str:
        """The next mail about something, by its number, with this word in it."""
        return self._next(re.compile(rf"(?s)(?=.*{re.escape(what)}).*{word}.*"), f"a mail about {what}")
