"""What Claude Code runs at its events: read the event, ask the core, print the answer. Standard library only."""
