"""What a command changes while it is read: the shell that runs it, and the disk as it would be."""
