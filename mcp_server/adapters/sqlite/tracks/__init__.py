"""Whether an agent goes in circles: what of its attempt is remembered for that."""
