"""The books of what a person oversees: what needs one, what waits for review, and who goes in circles."""
