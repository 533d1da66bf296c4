"""What is in a task's worktree: which commits, on which branch, and whether they are in the base already."""
