"""Places where a process may die, named, so that a test can kill it exactly there.

`NAVETTE_CRASH_AT=site:n` kills this process with SIGKILL the nth time it passes the site. `NAVETTE_CRASH_FOLDER` is for
processes that a supervisor starts again: a file of the site's name arms it, also while the process runs; passing it
renames the file to `….hit` and kills, so that each file kills once. Without either a site costs two comparisons.
Every I/O boundary of the pipeline has one on each side; `tests/chaos` finds them in the source and demands that each
was hit.
"""

import os
import signal

_SITE, _, _NTH = os.environ.get("NAVETTE_CRASH_AT", "").partition(":")
_FOLDER = os.environ.get("NAVETTE_CRASH_FOLDER", "")
_left = int(_NTH or "1")


def site(name: str) -> None:
    """Die here when the test asked for it."""
    if _FOLDER and _armed(f"{_FOLDER}/{name}"):
        os.kill(os.getpid(), signal.SIGKILL)
    if name == _SITE:
        global _left  # noqa: PLW0603 - one counter a process, by design
        _left -= 1
        if _left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


def _armed(path: str) -> bool:
    try:
        os.rename(path, f"{path}.hit")  # noqa: PTH104 - this is asked at every site: no Path, no second look
    except OSError:
        return False
    return True
