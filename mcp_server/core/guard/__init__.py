"""The guard: may this agent write these paths, run this command, make this commit, and what was damaged?"""
