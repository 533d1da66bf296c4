"""What is said of a page that cannot be used."""

from __future__ import annotations

from mcp_server.domain.errors import InterlockError


class PageTrouble(InterlockError):
    """The page cannot be read or written as it is. The message says why and what to do; the state is not harmed."""
