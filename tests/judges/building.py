"""Builds the judges' program by Maven the first time; it is kept in `.cache` until its sources change."""

import hashlib
import shutil
import subprocess
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
HERE: Final = Path(__file__).parent


def missing_tool() -> str | None:
    """Which of the tools it takes is not there, and how it gets there."""
    for tool in ("java", "mvn"):
        if shutil.which(tool) is None:
            return f"the judges need {tool}: apt-get install openjdk-17-jdk-headless maven"
    return None


def judges_jar() -> Path:
    """The program; its libraries are beside it."""
    sources = [HERE / "pom.xml", *sorted((HERE / "src").rglob("*.java"))]
    digest = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:16]
    built = ROOT / ".cache" / "judges" / digest
    jar = built / "target" / "judges.jar"
    if not jar.is_file():
        shutil.rmtree(built, ignore_errors=True)
        shutil.copytree(HERE / "src", built / "src")
        shutil.copy(HERE / "pom.xml", built)
        subprocess.run(["mvn", "-q", "-B", "package"], cwd=built, check=True, timeout=900)
    return jar
