"""Failed builds: whose files the errors are in, and what the agent is told to do about it."""
