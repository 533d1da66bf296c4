"""Which task is an agent started for? Read from the words that it is started with."""

from __future__ import annotations

import re

LONGEST = 50_000
"""Characters that are read: a task is named near the beginning, or it is not what the text is about."""
NAMED = r"""(?:\btask(?:[ _-]?id)?|\bclaim_task\((?:\s*task_id)?)\s*[:=#(]*\s*["'`]?([^\s"'`,;()\[\]{}<>]+)"""
WORD = r"""[^\s"'`,;()\[\]{}<>]+"""
"""Patterns that mean the same in Python and in JavaScript; the first one's group is a task's id, upper and lower case
count the same."""
ENDS = ".:!?*_"
"""What ends a sentence or makes a word bold."""


def mentions(*texts: str) -> list[str]:
    """The words that may be ids of tasks, the most likely one first.

    In each text, those that follow "task" or `claim_task(` come first, then any with a digit: an id without one is a
    word like others, and counts only where it is called a task.
    """
    found: dict[str, None] = {}
    for text in texts:
        shown = text[:LONGEST]
        for word in re.findall(NAMED, shown, re.IGNORECASE):
            found.update(dict.fromkeys(_spelled(word)))
        for word in re.findall(WORD, shown):
            if any(map(str.isdecimal, word)):
                found.update(dict.fromkeys(_spelled(word)))
    return list(found)


def _spelled(word: str) -> tuple[str, ...]:
    """A word as it stands, and without what surrounds it."""
    return tuple(dict.fromkeys((word, word.strip(ENDS))))
