"""Seals: PAdES baseline signatures by pyHanko, with their time-stamps and revocation data."""
