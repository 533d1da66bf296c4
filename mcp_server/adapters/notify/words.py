"""A need as a headline and a line, without anything that a terminal or a shell might act on."""

from __future__ import annotations

import os

from mcp_server.domain.oversight.need import Need
from mcp_server.domain.text import clip

LONGEST = 300


def headline(repository: str) -> str:
    """What a notification about this repository is headed with."""
    return f"Interlock: {plain(os.path.basename(repository)) or 'a repository'}"


def line(need: Need) -> str:
    """What is the matter, and the command to type."""
    return f"{clip(plain(need.words), LONGEST)} ({need.command})"


def plain(text: str) -> str:
    """Text in one line, of characters that can be printed."""
    return "".join(character if character.isprintable() else " " for character in text).strip()
