"""Worktrees: created, set up, listed, repaired, removed, and their ports."""
