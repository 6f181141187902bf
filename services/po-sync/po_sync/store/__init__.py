"""SQL of po-sync. Nothing here commits."""
