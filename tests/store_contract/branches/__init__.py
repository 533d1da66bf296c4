"""Branches: worktrees, conflicts, and work that not every machine can have yet."""
