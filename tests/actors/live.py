"""Server-sent events as a browser reads them (WHATWG HTML, §9.2.6), in a thread of their own."""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import httpx

from actors.session import Nobody
from actors.waiting import eventually


@dataclass(frozen=True)
class Event:
    """One event; `data` is its JSON."""

    id: str
    type: str
    data: dict[str, Any]


class LiveEvents:
    """A stream that is open as long as the block runs; it starts with what happens once it is open."""

    def __init__(self, actor: Nobody, **query: Any) -> None:
        self._actor = actor
        self._query = query
        self._open = threading.Event()
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self.heard: list[Event] = []
        self.status = 0

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._open.wait(30), "the stream did not open"
        assert self.status == 200
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._closed.set()

    def _read(self) -> None:
        try:
            with self._actor.stream("/v1/events", params=self._query) as answer:
                self.status = answer.status_code
                self._take(answer)
        except httpx.HTTPError:
            self._open.set()

    def _take(self, answer: httpx.Response) -> None:
        fields: dict[str, str] = {}
        for line in answer.iter_lines():
            self._open.set()  # the first line is `retry:`, sent once the starting position is known
            if self._closed.is_set():
                return
            name, _, value = line.partition(": ")
            if name:
                fields[name] = value
            elif "data" in fields:
                self.heard.append(Event(fields["id"], fields["event"], json.loads(fields["data"])))
                fields = {}

    def wait(self, what: str, fits: Callable[[Event], bool]) -> Event:
        """The first event that fits. Raises AssertionError when none comes."""
        return eventually(
            f"live event {what}", lambda: next((event for event in list(self.heard) if fits(event)), None)
        )

    def wait_type(self, kind: str, invoice_id: str) -> Event:
        """The event of this type about an invoice."""
        return self.wait(kind, lambda event: event.type == kind and event.data["subject"] == invoice_id)
