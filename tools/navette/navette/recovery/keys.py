"""The local stack's keys: what is encrypted at rest opens with nothing else, so they are kept apart from the data."""

import shutil
from pathlib import Path

from local_stack.layout import Layout
from navette.errors import CommandError

_SECRETS = ("*.key", "demo*.json")


def _files(layout: Layout) -> list[Path]:
    found = [path for pattern in _SECRETS for path in layout.secrets.glob(pattern)]
    return [*found, *(path for path in layout.seal_pki.rglob("*") if path.is_file())]


def keep(layout: Layout, folder: Path) -> int:
    """Copy the services' keys, the demo's sign-ins and the seal's PKI; returns how many files."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    files = _files(layout)
    for path in files:
        target = folder / path.relative_to(layout.run)
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.copy2(path, target)
    return len(files)


def give_back(layout: Layout, folder: Path) -> int:
    """Put them where they were. Raises CommandError when others are there: those may open something too."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    if not files:
        raise CommandError(f"{folder} holds no keys.")
    other = [
        path.relative_to(folder)
        for path in files
        if (target := layout.run / path.relative_to(folder)).exists() and target.read_bytes() != path.read_bytes()
    ]
    if other:
        raise CommandError(f"{layout.run} has other keys already: {other[0]}. Move them away, then try again.")
    for path in files:
        target = layout.run / path.relative_to(folder)
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.copy2(path, target)
    return len(files)
