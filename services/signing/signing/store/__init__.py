"""Tables of signing."""
