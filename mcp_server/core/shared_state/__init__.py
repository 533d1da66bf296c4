"""The shared state, its page SHARED_MIND.md, hand-over files, and Interlock's block in CLAUDE.md."""
