"""Bash text as a syntax tree."""
