"""The commands with which a person steers the work of agents: what they approve, and what begins afresh."""
