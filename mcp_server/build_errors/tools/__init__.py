"""Readers for tools with an output format of their own: one module for each family."""
