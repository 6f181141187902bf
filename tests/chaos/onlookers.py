"""Who looks on while things break: a buyer's program that polls the feed, and companies that must see nothing of it."""

import re
import threading
from collections.abc import Callable
from typing import Any

from history import Shown
from people import GaveUp, Somebody

_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
LISTS = ("/v1/invoices?limit=100", "/v1/orders?limit=100", "/v1/archive?limit=100", "/v1/feed?limit=500")


class FeedReader:
    """Polls the feed by its cursor, as an ERP does; what it read is in the order in which it read it."""

    def __init__(self, program: Somebody) -> None:
        self.program = program
        self._after = 0
        self.read: list[tuple[int, str]] = []

    def poll(self) -> bool:
        """Read on; whether there is more."""
        answer = self.program.send("GET", "/v1/feed", params={"after": self._after, "limit": 500})
        assert answer.is_success, answer.text
        content = answer.json()
        self.read += [(item["position"], item["id"]) for item in content["items"]]
        self._after = content["next"]
        return bool(content["more"])


class Stranger:
    """A company's person who asks for what is not theirs; everything that names an invoice or an order is kept."""

    def __init__(self, company: str, person: Somebody) -> None:
        self.company = company
        self._person = person
        self.shown: list[Shown] = []
        self.answered: set[str] = set()
        """What was answered well; `refused` counts answers about others' documents that gave nothing."""
        self.refused = 0

    def look(self, invoices: list[str]) -> None:
        """Own lists, and others' invoices by their ids."""
        for path in LISTS:
            self._keep(path.partition("?")[0], self._person.send("GET", path))
        for invoice in invoices:
            for path in (f"/v1/invoices/{invoice}", f"/v1/archive/{invoice}/original.pdf"):
                answer = self._person.send("GET", path)
                self.refused += not answer.is_success
                if answer.is_success:
                    self.shown.append(Shown(self.company, path.replace(invoice, "…"), invoice))

    def _keep(self, where: str, answer: Any) -> None:
        if answer.is_success:
            self.answered.add(where)
            self.shown += [Shown(self.company, where, found) for found in set(_UUID.findall(answer.text))]


def now_and_then(every: float, ending: threading.Event, what: Callable[[], object]) -> threading.Thread:
    """Do something again and again until the end, in a thread of its own; giving up ends it too."""

    def again() -> None:
        while not ending.wait(every):
            try:
                what()
            except GaveUp:
                return

    thread = threading.Thread(target=again)
    thread.start()
    return thread
