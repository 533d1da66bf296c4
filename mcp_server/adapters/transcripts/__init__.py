"""The transcripts that Claude Code writes: which files a session has, and what they say of its responses."""
