"""Does a message ask for nothing? Rather not than wrongly: only what says nothing but a stock phrase does."""

from __future__ import annotations

import re

_PHRASES = frozenset(
    """done|all done|i am done|im done|i m done|finished|all finished|complete|completed|task complete|task completed
    task done|task finished|build complete|build completed|build done|build finished|build passed|build passes
    build succeeded|build successful|build green|build ok|the build passes|the build is green|tests pass
    tests passed|tests green|all tests pass|all tests passed|all tests passing|all tests are passing|all tests green
    all green|ci green|ci passed|ci is green|success|successful|fyi|for your information|ok|okay|k|thanks|thank you
    thx|great|nice|cool|good job|well done|got it|noted|acknowledged|ack|roger|understood|will do|sounds good
    no problem|perfect|status update|update|progress update|progress|info|just letting you know|heads up
    working on it|in progress|started|starting|on it|no action needed|no action required|nothing to do|deployed
    merged|pushed|committed""".replace("\n    ", "|").split("|")
)
_LEADING = re.compile(r"^(?:fyi|info|update|status|note|urgent)\b[\s:,.–—-]*", re.IGNORECASE)


def asks_for_nothing(subject: str, body: str) -> bool:
    """Whether both say no more than that something is done, was noticed, or is for information."""
    return _says_nothing(subject) and (not body.strip() or _says_nothing(body))


def _says_nothing(text: str) -> bool:
    if "?" in text:
        return False
    words = _plain(text)
    return words in _PHRASES or _plain(_LEADING.sub("", text.strip())) in _PHRASES


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[^\w\s]|_", " ", text.lower().replace("'", "").replace("’", "")).split())
