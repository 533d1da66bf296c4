"""What package managers write that a table can't say: they look up the members of a workspace, and run its scripts."""
