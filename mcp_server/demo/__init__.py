"""What does Interlock do? Shown with three agents, each its own process, in a throw-away repository."""
