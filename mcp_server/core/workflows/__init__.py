"""Workflows: started, carried on by whoever comes next, steered by people, shown, saved and exported."""
