"""How a fresh worktree gets what it lacks: folders cloned, files copied, installers run."""
