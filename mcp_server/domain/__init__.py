"""What is true: tasks, leases, scopes, decisions. No input, no output, no clock, standard library only."""
