"""Every statement of notifications. Nothing here commits."""
