"""Approval: what waits for review, its check, and a person or another agent who decides on it."""
