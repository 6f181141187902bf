"""Who uses a running mesh, for tests: people with a browser, ERPs with a token, and what they listen with."""
