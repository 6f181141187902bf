"""SQL of invoicing. Nothing here commits."""
