"""Builders for tests. Nothing in the product imports this package."""
