"""Compiled rule sets, kept beside the official files: one module for each digest of stylesheet and compiler."""

import hashlib
import importlib.util
import os
import tempfile
from functools import cache
from pathlib import Path
from typing import Any, Final

from rules import svrl
from rules.compiled import rule_set
from rules.compiled.rule_set import Rules
from rules.compiler.module import module_of
from rules.compiler.stylesheet import read
from rules.digests import wrong_files
from rules.errors import PacksMissing
from rules.packs import RulePack
from rules.xpath.library import LIBRARY

FOLDER: Final = "compiled"
_COMPILER: Final = Path(__file__).parents[1] / "compiler"
_NAMESPACE: Final = {
    **LIBRARY,
    **{
        each.__name__: each for each in (rule_set.Assertion, rule_set.Context, rule_set.Forbidden, rule_set.Rule, Rules)
    },
}


def load(directory: Path, pack: RulePack) -> Rules:
    """The compiled form of a set, compiled now if it is not there (0.2 to 2 s). Raises CannotCompile, PacksMissing."""
    if wrong := wrong_files(directory, [pack.stylesheet]):
        raise PacksMissing(directory, wrong)
    source = (directory / pack.stylesheet).read_bytes()
    digest = hashlib.sha256(source + compiler_digest()).hexdigest()
    file = directory / FOLDER / f"{pack.set.replace('-', '_')}_{digest[:32]}.py"
    if not file.is_file():
        _write(file, module_of(read(source)))
    return _imported(file)


@cache
def compiler_digest() -> bytes:
    """The digest of the compiler's own files: another compiler writes other modules."""
    files = [*sorted(_COMPILER.glob("*.py")), Path(svrl.__file__)]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).digest()


def _write(file: Path, source: str) -> None:
    """At once or not at all: another process may be writing the same."""
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=file.parent, suffix=".new")
    with os.fdopen(descriptor, "w", encoding="utf-8") as new:
        new.write(source)
    Path(name).replace(file)


def _imported(file: Path) -> Rules:
    spec = importlib.util.spec_from_file_location(f"compiled_rules_{file.stem}", file)
    if spec is None or spec.loader is None:
        raise ImportError(str(file))
    module: Any = importlib.util.module_from_spec(spec)
    vars(module).update(_NAMESPACE)
    spec.loader.exec_module(module)
    return module.RULES
