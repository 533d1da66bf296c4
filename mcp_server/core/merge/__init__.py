"""Merging a task's branch into its base, and finding conflicts between branches early."""
