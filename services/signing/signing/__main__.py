"""`python -m signing`: serves; `migrate` and `openapi` are its other verbs."""

from mesh import runtime
from signing import app

if __name__ == "__main__":
    runtime.run(app.build, "signing")
