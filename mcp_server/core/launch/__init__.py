"""Launching sessions for tasks."""
