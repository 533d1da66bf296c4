"""Worktrees, what is launched in them, merges that were begun, and conflicts between branches."""
