"""Off track: the signs that an agent goes in circles, what it is told, and the brief with which to begin afresh."""
