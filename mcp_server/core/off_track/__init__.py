"""Off track: the signs that an agent goes in circles, what it is told, and how to begin afresh."""
