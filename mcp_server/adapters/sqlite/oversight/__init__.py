"""The books of what a person oversees: what needs one, tokens used, agents that go in circles."""
