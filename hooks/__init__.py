"""The scripts that Claude Code runs at its events: each reads the event, asks the core and prints the answer.

Standard library only.
"""
