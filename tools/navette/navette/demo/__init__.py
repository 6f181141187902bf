"""The demo: one invoice from purchase order to sealed, archived, verified original, on the real stack."""
