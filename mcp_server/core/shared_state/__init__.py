"""The shared state, its page SHARED_MIND.md, hand-overs as files, and the block in CLAUDE.md."""
