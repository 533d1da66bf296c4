"""What agents and people are answered: a pydantic model for each tool, the same for `--json`, and a line of text."""
