"""Merging a task's branch into its base, and foreseeing conflicts between branches."""
