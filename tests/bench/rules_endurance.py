"""`python tests/bench/rules_endurance.py`: mutants of every kind through the whole check: no crash, no hang, no growth.

`MUTANTS` (50,000) of the examples, and of the XML in `NAVETTE_CORPUS`, each by every set of its kind, within `DEADLINE`
seconds (10); `OFFICIAL` (2,000) of them by the official stylesheets in their recycled child.
"""

import asyncio
import os
import random
import resource
import signal
import sys
import time
from collections import Counter
from pathlib import Path
from types import FrameType
from typing import Final

from rules.checker import AsyncChecker
from rules.detection import kind_of
from rules.differential.mutations import mutant
from rules.engine import RuleEngine
from rules.errors import DocumentRefused
from rules.packs import packs_of
from rules.parsing import read_xml
from rules.shadow import MEMORY_LIMIT

MUTANTS: Final = int(os.environ.get("MUTANTS", "50000"))
OFFICIAL: Final = int(os.environ.get("OFFICIAL", "2000"))
DEADLINE: Final = int(os.environ.get("DEADLINE", "10"))
SEED: Final = int(os.environ.get("SEED", "1"))
EXAMPLES: Final = Path(__file__).parents[2] / "examples"


def bases() -> list[bytes]:
    """Documents of kinds that have rules."""
    corpus = os.environ.get("NAVETTE_CORPUS")
    files = [*sorted(EXAMPLES.rglob("*.xml")), *(sorted(Path(corpus).rglob("examples/**/*.xml")) if corpus else [])]
    return [content for file in files if _known(content := file.read_bytes())]


def _known(content: bytes) -> bool:
    try:
        return bool(packs_of(kind_of(read_xml(content)).syntax.name))
    except DocumentRefused:
        return False


def _late(_: int, __: FrameType | None) -> None:
    raise TimeoutError


def resident(process: int | str = "self") -> int:
    """Megabytes that a process holds now."""
    pages = int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() // 1024**2


def main() -> int:
    """Run both, print what came of it; 1 where a document had no verdict."""
    signal.signal(signal.SIGALRM, _late)
    generator = random.Random(SEED)  # noqa: S311 - a test plan, not a secret
    engine, sources = RuleEngine(), bases()
    verdicts: Counter[str] = Counter()
    slowest = 0.0
    for number in range(1, MUTANTS + 1):
        document, change = mutant(generator.choice(sources), generator)
        started = time.perf_counter()
        signal.alarm(DEADLINE)
        try:
            verdict = engine.judge(document, lambda kind: packs_of(kind.syntax.name))
            outcome = "refused" if verdict.refused else "judged"
        except Exception as error:  # noqa: BLE001 - what must not happen is counted, whatever it is
            outcome = type(error).__name__
            _say(f"{change}: {error!r}")
        finally:
            signal.alarm(0)
        slowest = max(slowest, time.perf_counter() - started)
        verdicts[outcome] += 1
        if number % max(1, MUTANTS // 4) == 0:
            _say(f"{number} documents: {dict(verdicts)}, {resident()} MB, slowest {slowest:.2f} s")
    asyncio.run(_official(sources, generator))
    return 1 if set(verdicts) - {"judged", "refused"} else 0


async def _official(sources: list[bytes], generator: random.Random) -> None:
    """The child is replaced after the answer with which it passes its limit."""
    most = children = 0
    seen: int | None = None
    async with AsyncChecker(official=True, memory_limit=MEMORY_LIMIT) as checker:
        for _ in range(OFFICIAL):
            await checker.check(mutant(generator.choice(sources), generator)[0])
            child = checker.process_id
            if child is not None:
                children += child != seen
                seen, most = child, max(most, resident(child))
    _say(f"{OFFICIAL} documents by the official stylesheets: at most {most} MB after an answer, {children} children")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
