"""What hooks do at a session's start and end: self-test, set-up, titles, checkpoints."""
