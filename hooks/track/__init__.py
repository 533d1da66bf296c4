"""Whether the agent goes in circles: what each event tells about that, where there may be a sign."""
