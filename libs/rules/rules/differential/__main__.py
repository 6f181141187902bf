"""`python -m rules.differential FILES… [--count 2000] [--derive 0] [--reach 0] [--seed 1] [--sets …] [--keep DIR]`

Compares the compiled rules with the official stylesheets on the files and on mutants of them, and keeps every document
on which they differ.
"""

import argparse
import sys
from itertools import chain
from pathlib import Path

from rules.compiled.engine import CompiledEngine
from rules.differential.comparing import Tally, compare, mutants
from rules.differential.deriving import Deriving, is_of
from rules.differential.reaching import Reaching, bare_documents
from rules.packs import PACKS, SYNTAXES, cache_directory
from rules.saxon import SaxonEngine


def main() -> int:
    """The command; 0 when both always say the same."""
    parser = argparse.ArgumentParser(prog="python -m rules.differential", description=__doc__)
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--reach", type=int, default=0, help="mutants to search for documents that reach every rule")
    parser.add_argument("--derive", type=int, default=0, help="attempts at a document for each rule id, from its test")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sets", default="")
    parser.add_argument("--keep", type=Path, default=None, help="a folder for documents that differ")
    arguments = parser.parse_args()
    names = set(filter(None, arguments.sets.split(",")))
    packs = [pack for pack in PACKS if not names or pack.set in names]
    files = [file for path in arguments.files for file in (sorted(path.rglob("*.xml")) if path.is_dir() else [path])]
    directory = cache_directory()
    bases = [file.read_bytes() for file in files]
    ours = CompiledEngine(directory)
    plan = mutants(bases, packs, arguments.count, arguments.seed)
    if arguments.reach:
        reaching = Reaching(CompiledEngine(directory), packs, arguments.seed)
        plan = chain(plan, reaching.documents([*bare_documents(), *bases], arguments.reach))
    official = SaxonEngine(directory)
    tally = compare(official, ours, plan, packs)
    for pack in packs if arguments.derive else ():
        for syntax in (each for each in SYNTAXES if each.name in pack.syntaxes):
            deriving = Deriving(CompiledEngine(directory), pack, syntax, arguments.seed)
            own = [each for each in (*bare_documents(), *bases) if is_of(each, syntax)][: arguments.derive]
            compare(official, ours, deriving.documents(own, arguments.derive), [pack], tally)
            tally.silent[pack] = deriving.silent()
    _say(tally)
    if arguments.keep:
        _keep(tally, arguments.keep)
    return 1 if tally.differences else 0


def _say(tally: Tally) -> None:
    counted = f"{tally.documents} documents, {tally.compared.total()} comparisons"
    lines = [f"{counted}, {len(tally.differences)} differ, {tally.excused} excused (refused by their schema)"]
    lines.append(
        f"official rules and ours stop together {tally.stopped.total()} times, {tally.stopped_valid} of a valid file"
    )
    for name, (fired, known) in sorted(tally.shares().items()):
        lines.append(
            f"{name:<32}{tally.compared[name]:>7} compared {tally.stopped[name]:>5} stopped "
            f"{fired:>5} of {known} rule ids fired ({fired / known:.0%})"
        )
    for name, unheard in sorted(tally.unheard().items()):
        lines += [f"{name}: {rule} did not fire{': ' * bool(why)}{why}" for rule, why in unheard.items()]
    lines += [f"{each.pack.label}: {each.change}: {dict(each.rules)}" for each in tally.differences[:50]]
    sys.stdout.write("\n".join(lines) + "\n")


def _keep(tally: Tally, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number, each in enumerate(tally.differences):
        (folder / f"{each.pack.set}-{number}.xml").write_bytes(each.document)


if __name__ == "__main__":
    sys.exit(main())
