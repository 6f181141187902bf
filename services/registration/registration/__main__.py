"""`python -m registration`: serves; `migrate` and `openapi` are its other verbs, `seed` loads a demo."""

import sys

from mesh import runtime
from registration import app, demo

if __name__ == "__main__":
    if sys.argv[1:2] == ["seed"]:
        sys.exit(demo.main(sys.argv[2:]))
    runtime.run(app.build, app.NAME)
