"""`python -m po_sync`: serves; `migrate` and `openapi` are its other verbs."""

from mesh import runtime
from po_sync import app

if __name__ == "__main__":
    runtime.run(app.build, "po-sync")
