"""`python -m validation`: serves; `migrate` and `openapi` are its other verbs."""

from mesh import runtime
from validation import app

if __name__ == "__main__":
    runtime.run(app.build, "validation")
