"""Which text Interlock accepts: text that can be stored, shown on one line, and read."""

from __future__ import annotations

from mcp_server.domain.errors import Misuse, shown

TITLE = 200
NAME = 100
NOTE = 20_000
_HARMLESS = dict.fromkeys([0xA0, 0x202F, 0x205F, 0x3000, 0x200C, 0x200D, *range(0x2000, 0x200B)])
"""Spaces and joiners of other scripts and of emoji, which Python does not count as printable."""


def line(what: str, text: str, limit: int = TITLE) -> str:
    """`text` as one line without surrounding space; refuses empty, too long or unprintable text."""
    stripped = text.strip()
    if not stripped:
        raise Misuse(f"{what} is empty")
    _bounded(what, stripped, limit)
    if not can_be_shown(stripped):
        raise Misuse(f"{what} {shown(stripped)} contains characters that can't be shown on one line")
    return stripped


def word(what: str, text: str) -> str:
    """`text` as one word that can stand in a list with commas; refuses any other."""
    name = line(what, text, NAME)
    if any(character.isspace() or character == "," for character in name):
        raise Misuse(f"the {what} {shown(name)} must be one word")
    return name


def can_be_shown(text: str) -> bool:
    """Whether `text` can be shown on one line, whatever its script."""
    return text.translate(_HARMLESS).isprintable()


def paragraph(what: str, text: str, limit: int = NOTE) -> str:
    """`text` unchanged; refuses blank or too long text, and text that can't be stored."""
    if not text.strip():
        raise Misuse(f"{what} is empty")
    _bounded(what, text, limit)
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise Misuse(f"{what} contains a NUL or a lone surrogate, which can't be stored")
    return text


def _bounded(what: str, text: str, limit: int) -> None:
    if len(text) > limit:
        raise Misuse(f"{what} has {len(text):,} characters; at most {limit:,} are allowed")
