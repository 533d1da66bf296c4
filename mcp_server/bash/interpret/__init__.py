"""What statements do when they run: the shell's state, the disk as it would be, redirections, branches."""
