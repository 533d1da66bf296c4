"""Workflows as text: read from the TOML that people write, written as TOML, and in the client's own form."""
