"""Replay is planned, then started: `fill` brings what was missed, `rebuild` proves or renews the projections."""
