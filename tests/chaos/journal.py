"""What the client did, outside the system under test: a line before each request and after each answer, on disk."""

import json
import os
import threading
from pathlib import Path
from typing import Any


class Journal:
    """An append-only file; a line is durable when `note` returns."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("ab", buffering=0)
        self._alone = threading.Lock()
        self.lines: list[dict[str, Any]] = []

    def note(self, what: str, **fields: Any) -> None:
        """Write a line and wait until the disk has it."""
        line = {"what": what, **fields}
        with self._alone:
            self.lines.append(line)
            self._file.write(json.dumps(line).encode() + b"\n")
            os.fsync(self._file.fileno())

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def of(self, what: str) -> list[dict[str, Any]]:
        """The lines of one kind, in their order."""
        with self._alone:
            return [line for line in self.lines if line["what"] == what]
