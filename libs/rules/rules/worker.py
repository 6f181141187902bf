"""`python -m rules.worker DIRECTORY [official]`: the checking process. Saxon lives here and nowhere else.

It answers on the pipe it was started with, and ends when that pipe closes. What Saxon itself writes is dropped: it
quotes the documents that it is shown.
"""

import json
import os
import resource
import signal
import sys
from pathlib import Path
from typing import Any, BinaryIO

from rules.engine import RuleEngine, official_engine
from rules.errors import PacksMissing, UnknownRuleSet
from rules.frames import frame, read_frame, under_of
from rules.under import Under


def serve(engine: RuleEngine, questions: BinaryIO, answers: BinaryIO) -> None:
    """Answer until the questions end."""
    while (question := read_frame(questions)) is not None and (document := read_frame(questions)) is not None:
        answer = _answer(engine, under_of(question), document)
        answers.write(frame(json.dumps(answer | {"memory": _resident_bytes()}).encode()))
        answers.flush()


def _answer(engine: RuleEngine, under: Under, document: bytes) -> dict[str, Any]:
    try:
        checked = engine.checked(document, under)
    except PacksMissing as error:
        return {"error": {"type": "packs", "directory": str(error.directory), "files": error.files}}
    except UnknownRuleSet as error:
        return {"error": {"type": "set", "name": error.name, "syntax": error.syntax, "known": error.known}}
    return {
        "findings": [finding.model_dump(mode="json", exclude_defaults=True) for finding in checked.findings],
        "packs": None if checked.packs is None else [pack.stylesheet for pack in checked.packs],
    }


def _resident_bytes() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize()


def _own_pipe() -> tuple[BinaryIO, BinaryIO]:
    """The pipe for ourselves alone; native code that writes to the usual places writes to nowhere."""
    questions, answers, tracebacks = os.dup(0), os.dup(1), os.dup(2)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for usual in (0, 1, 2):
        os.dup2(nowhere, usual)
    sys.stderr = os.fdopen(tracebacks, "w", buffering=1)
    return os.fdopen(questions, "rb"), os.fdopen(answers, "wb")


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Ctrl-C in a terminal reaches the whole group: the service ends first and closes the pipe.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    packs = Path(sys.argv[1])
    serve(RuleEngine(packs, [official_engine(packs)] if sys.argv[2:] == ["official"] else None), *_own_pipe())
