"""What is asked of git and done with it: worktrees, merges, changes, commits, the commit hook."""
