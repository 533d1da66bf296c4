"""The guard: may this agent write these paths, run this command, commit these files? And what did a command damage?"""
