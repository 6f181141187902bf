"""The official files, brought into the cache when they are not there, and one engine for all tests of a run."""

import sys
from pathlib import Path

import pytest

from rules.compiled.engine import CompiledEngine
from rules.engine import RuleEngine
from rules.fetch import fetch
from rules.packs import cache_directory
from rules.saxon import SaxonEngine

DATA = Path(__file__).with_name("data")


@pytest.fixture(scope="session")
def packs() -> Path:
    directory = cache_directory()
    fetch(directory, lambda line: print(line, file=sys.stderr))  # noqa: T201 - a first run waits for Maven: say so
    return directory


@pytest.fixture(scope="session")
def saxon(packs: Path) -> SaxonEngine:
    return SaxonEngine(packs)


@pytest.fixture(scope="session")
def compiled(packs: Path) -> CompiledEngine:
    return CompiledEngine(packs)


@pytest.fixture(scope="session")
def engine(packs: Path, compiled: CompiledEngine) -> RuleEngine:
    return RuleEngine(packs, [compiled])


@pytest.fixture(scope="session")
def documents() -> dict[str, str]:
    """Small documents by their names; each is valid."""
    return {file.stem: file.read_text(encoding="utf-8") for file in sorted(DATA.glob("*.xml"))}
