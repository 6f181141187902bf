"""What a person finds in their mailbox: the links and codes that the mesh sent them."""

import re

import httpx

from actors.mesh import Mesh
from actors.waiting import eventually

_CODE = re.compile(r"(?<!\d)(\d{6})(?!\d)")


def _texts(mesh: Mesh, to: str) -> list[str]:
    """The mails to an address, the latest last."""
    answer = httpx.get(f"http://127.0.0.1:{mesh.ports['mail']}/api/messages", params={"to": to}, timeout=10)
    answer.raise_for_status()
    return [str(mail["text"]) for mail in sorted(answer.json(), key=lambda mail: mail["received_at"])]


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

    def code(self) -> str:
        """The six digits of the next mail that has some."""
        return self._next(_CODE, "a code")
