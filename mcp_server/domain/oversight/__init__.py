"""What a person oversees: the things that need one."""
