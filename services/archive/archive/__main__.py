"""`python -m archive`: serves; `migrate` and `openapi` are its other verbs."""

from archive import app
from mesh import runtime

if __name__ == "__main__":
    runtime.run(app.build, "archive")
