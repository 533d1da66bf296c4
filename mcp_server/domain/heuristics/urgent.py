"""Is a message urgent? On the hot path of a hook: nothing is imported."""

from __future__ import annotations

WORD = "urgent"
_BEFORE = "[(*_!¡:# \t\u26a0\ufe0f\U0001f6a8"


def is_urgent(subject: str) -> bool:
    """Whether its subject begins with the word "urgent": then it reaches even an agent that is about to stop."""
    start = subject.lstrip(_BEFORE).casefold()
    return start.startswith(WORD) and not start[len(WORD) : len(WORD) + 1].isalpha()
