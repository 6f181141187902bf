"""Places where a process may die, named, so that a test can kill it exactly there.

`NAVETTE_CRASH_AT=site:n` kills this process with SIGKILL the nth time it passes the site. Without the variable a site
costs one comparison.
Every I/O boundary of the pipeline has one on each side; `tests/chaos` finds them in the source and demands that each
was hit.
"""

import os
import signal

_SITE, _, _NTH = os.environ.get("NAVETTE_CRASH_AT", "").partition(":")
_left = int(_NTH or "1")


def site(name: str) -> None:
    """Die here when the test asked for it."""
    if name == _SITE:
        global _left  # noqa: PLW0603 - one counter a process, by design
        _left -= 1
        if _left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
