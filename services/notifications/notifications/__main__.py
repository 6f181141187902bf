"""`python -m notifications`: serves; `migrate` and `openapi` are its other verbs."""

from mesh import runtime
from notifications import app

if __name__ == "__main__":
    runtime.run(app.build, "notifications")
