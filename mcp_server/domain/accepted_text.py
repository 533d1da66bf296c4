"""Which text Interlock takes in: what can be kept, shown on a line, and read by somebody."""

from __future__ import annotations

from mcp_server.domain.errors import Misuse, shown

TITLE = 200
NAME = 100
NOTE = 20_000
_HARMLESS = dict.fromkeys([0xA0, 0x202F, 0x205F, 0x3000, 0x200C, 0x200D, *range(0x2000, 0x200B)])
"""Spaces of other scripts, and what joins letters and emoji: Python does not count them as printable."""


def line(what: str, text: str, limit: int = TITLE) -> str:
    """`text` as one line without surrounding space; refuses what is empty, too long or not printable."""
    stripped = text.strip()
    if not stripped:
        raise Misuse(f"{what} is empty")
    _bounded(what, stripped, limit)
    if not can_be_shown(stripped):
        raise Misuse(f"{what} {shown(stripped)} holds characters that cannot be shown on one line")
    return stripped


def can_be_shown(text: str) -> bool:
    """Whether `text` can stand on one line, whatever its script."""
    return text.translate(_HARMLESS).isprintable()


def paragraph(what: str, text: str, limit: int = NOTE) -> str:
    """`text` as it is; refuses what is blank, too long, or cannot be encoded or kept."""
    if not text.strip():
        raise Misuse(f"{what} is empty")
    _bounded(what, text, limit)
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise Misuse(f"{what} holds a NUL or a lone surrogate, which cannot be kept")
    return text


def _bounded(what: str, text: str, limit: int) -> None:
    if len(text) > limit:
        raise Misuse(f"{what} has {len(text):,} characters; at most {limit:,} are taken")
