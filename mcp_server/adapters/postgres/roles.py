"""Who may do what in the schema of a repository."""

from __future__ import annotations

from mcp_server.adapters.postgres.connect import Connection


def grant(connection: Connection, schema: str) -> None:
    """Let the groups of this schema do what they may."""
