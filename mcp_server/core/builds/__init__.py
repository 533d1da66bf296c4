"""Failed builds: whose files the errors are in, and what the agent should do about it."""
