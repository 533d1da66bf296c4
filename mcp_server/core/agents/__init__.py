"""Agents: how they are registered, briefed, sent their messages, and asked before they stop."""
