"""Tasks: planned, claimed, updated, unblocked, and shown on the board."""
