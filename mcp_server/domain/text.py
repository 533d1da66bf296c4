"""Text clipped to a length, numbers and times as text. On the hot path of a hook: imports next to nothing."""

from __future__ import annotations

from time import gmtime, strftime


def stamp(at: float) -> str:
    """A time in seconds since 1970 as ISO 8601, UTC, to the second."""
    return strftime("%Y-%m-%dT%H:%M:%SZ", gmtime(at))


def count(number: int, what: str) -> str:
    """ "1 task", "2 tasks", "no tasks"."""
    return f"{number or 'no'} {what}{'' if number == 1 else 's'}"


def clip(text: str, length: int) -> str:
    """`text`, shortened to `length` characters with an ellipsis if it is longer."""
    return text if len(text) <= length else text[: length - 1] + "…"
