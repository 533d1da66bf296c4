"""The runs of workflows, on SQLite."""
