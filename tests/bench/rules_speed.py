"""`python tests/bench/rules_speed.py`: compiled rules against Saxon with the official XSLT, CPU, in turns, in one run.

Both columns: bytes to findings, parsing included, the schema left out. Medians of `ROUNDS` (5); `DOCUMENTS` (0) more
for the memory of a process that runs many.
"""

import os
import resource
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from rules.compiled.engine import CompiledEngine
from rules.engine import Engine, official_engine
from rules.packs import RulePack, cache_directory, packs_of
from rules.parsing import read_xml
from rules.quiet import uncollected

ROUNDS: Final = int(os.environ.get("ROUNDS", "5"))
DOCUMENTS: Final = int(os.environ.get("DOCUMENTS", "0"))
EXAMPLE: Final = Path(__file__).parents[2] / "examples" / "order-simple"
SYNTAXES: Final = (
    ("ubl-invoice", "invoice.ubl.xml", b"cac:InvoiceLine"),
    ("cii", "invoice.cii.xml", b"ram:IncludedSupplyChainTradeLineItem"),
)
SETS: Final = (("en16931",), ("en16931", "br-fr"))
LINES: Final = (3, 100, 1000)
_BUDGET: Final = 0.2


def document_of(source: bytes, line: bytes, count: int) -> bytes:
    """The example with its first line repeated."""
    start, end = source.index(b"<" + line + b">"), source.rindex(b"</" + line + b">") + len(line) + 3
    first = source[start : source.index(b"</" + line + b">") + len(line) + 3]
    return source[:start] + first * count + source[end:]


def run(engine: Engine, packs: Sequence[RulePack], document: bytes) -> None:
    """One check, as `RuleEngine` does it without the schema."""
    with uncollected():
        root = read_xml(document)
        for pack in packs:
            engine.run(pack, root)
        engine.release()


def cpu_ms(call: Callable[[], None]) -> float:
    """CPU of one call, over as many as fit into the budget."""
    calls, started = 0, time.process_time()
    while (spent := time.process_time() - started) < _BUDGET or not calls:
        call()
        calls += 1
    return spent / calls * 1000


def main() -> None:
    """Print the table."""
    directory = cache_directory()
    ours, official = CompiledEngine(directory), official_engine(directory)
    for syntax, name, line in SYNTAXES:
        source = (EXAMPLE / name).read_bytes()
        for sets in SETS:
            packs = [pack for pack in packs_of(syntax) if pack.set in sets]
            for count in LINES:
                document = document_of(source, line, count)
                calls = [partial(run, engine, packs, document) for engine in (ours, official)]
                pairs = [(cpu_ms(calls[0]), cpu_ms(calls[1])) for _ in range(ROUNDS + 1)][1:]
                mine, theirs = (statistics.median(column) for column in zip(*pairs, strict=True))
                ratio = statistics.median(b / a for a, b in pairs)
                _say(f"{syntax} {' + '.join(sets)} {count} lines", f"{mine:.2f} ms, Saxon {theirs:.2f}, {ratio:.1f}x")
    if DOCUMENTS:
        _memory(directory)


def _memory(directory: Path) -> None:
    engine = CompiledEngine(directory)
    document = document_of((EXAMPLE / SYNTAXES[0][1]).read_bytes(), SYNTAXES[0][2], 3)
    packs = [pack for pack in packs_of("ubl-invoice") if pack.set in SETS[1]]
    peaks: list[int] = []
    for _ in range(4):
        for _ in range(DOCUMENTS // 4):
            run(engine, packs, document)
        peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
    _say(f"peak memory, Saxon of the same process included, by quarter of {DOCUMENTS}", f"{peaks} MB")


def _say(name: str, figure: str) -> None:
    sys.stdout.write(f"{name:<52}{figure}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
