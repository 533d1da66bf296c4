"""Does a message ask for nothing? If in doubt, no: only one that consists of stock phrases does."""

from __future__ import annotations

import re

_FILLERS = frozenset("a all am are been has have i im is it its just my now our so successfully task the we".split())
_PHRASES = frozenset(
    """done|finished|complete|completed|build complete|build completed|build done|build finished|build passed
    build passes|build succeeded|build successful|build green|build ok|tests pass|tests passed|tests green
    tests passing|green|ci green|ci passed|ci passes|success|successful|fyi|for your information|ok|okay|k|thanks
    thank you|thx|great|nice|cool|good|good job|well done|got|noted|acknowledged|ack|roger|understood|will do
    sounds good|looks good|looks good to me|lgtm|no problem|perfect|status update|status|update|progress update
    progress|info|note|urgent|letting you know|heads up|working on|in progress|started|starting|on
    no action needed|no action required|nothing to do|deployed|merged|pushed|committed""".replace("\n    ", "|").split(
        "|"
    )
)
_TASK = re.compile(r"t[0-9]+")
_CLAUSE = re.compile(r"[.,;:!\n–—]+|\s-\s|\band\b", re.IGNORECASE)
_QUESTION = re.compile(r"\?|^\W*(?:is|are|has|have)\s+(?!been\b)(?:i|it|you|we|they|the|all|T[0-9]+)\b", re.IGNORECASE)


def asks_for_nothing(subject: str, body: str) -> bool:
    """Whether both only say that something is done, was noticed, or is for information."""
    return _says_nothing(subject) and (not body.strip() or _says_nothing(body))


def _says_nothing(text: str) -> bool:
    if _QUESTION.search(text):
        return False
    clauses = [words for clause in _CLAUSE.split(text) if (words := _words(clause))]
    return bool(clauses) and all(_is_stock(words) for words in clauses)


def _is_stock(words: list[str]) -> bool:
    """Whether they are one of the stock phrases, apart from filler words."""
    telling = [word for word in words if word not in _FILLERS and not _TASK.fullmatch(word)]
    return " ".join(telling) in _PHRASES


def _words(text: str) -> list[str]:
    return re.sub(r"[^\w\s]|_", " ", text.lower().replace("'", "").replace("’", "")).split()
