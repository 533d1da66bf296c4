"""Whether the agent goes in circles: what each event says of that, where there may be a sign."""
