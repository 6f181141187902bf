"""SHA256SUMS: the digest of every official file as it lies in the cache; nothing that differs is ever used."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Final

SUMS: Final = Path(__file__).with_name("SHA256SUMS")


@cache
def expected() -> dict[str, str]:
    """Relative path to SHA-256 (lower-case hexadecimal), as committed."""
    pairs = (line.split("  ", 1) for line in SUMS.read_text(encoding="utf-8").splitlines() if line)
    return {path: digest for digest, path in pairs}


def sha256(path: Path) -> str:
    """Digest of a file's bytes."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def sums_of(directory: Path) -> str:
    """What SHA256SUMS would say of a directory; `sha256sum -c` reads it."""
    files = sorted(path.relative_to(directory).as_posix() for path in directory.rglob("*") if path.is_file())
    return "".join(f"{sha256(directory / name)}  {name}\n" for name in files)


def wrong_files(directory: Path, names: "list[str] | None" = None) -> list[str]:
    """Which files of a directory are absent or are not the pinned ones; by default all of them are looked at."""
    sums = expected()
    return [
        name
        for name in (sums if names is None else names)
        if not (directory / name).is_file() or sha256(directory / name) != sums.get(name)
    ]
