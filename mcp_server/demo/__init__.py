"""The demo: what Interlock does, shown with three agents, each its own process, in a temporary repository."""
