"""`python -m invoicing`: serves; `migrate` and `openapi` are its other verbs."""

from invoicing import app
from mesh import runtime

if __name__ == "__main__":
    runtime.run(app.build, "invoicing")
