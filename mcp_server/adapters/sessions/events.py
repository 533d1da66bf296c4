"""What a headless session wrote: one JSON object a line, and the last of them says how it ended."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from mcp_server.domain.unattended.outcome import Finished

LONGEST = 1 << 20
"""Bytes at the end of the file that are read: the last event alone may hold a long answer."""
LIMITS = {"error_max_turns": "it reached the limit of turns", "error_max_budget_usd": "it reached the limit of money"}
KILLED = (130, 137, 143)
LONGEST_WORDS = 20_000


def finished_of(log: Path, code: int | None) -> Finished:
    """How a session ended, by its last event; without one by its exit code and its last lines."""
    text = _tail(log)
    events = _events(text)
    result = next((event for event in reversed(events) if event.get("type") == "result"), None)
    if result is None:
        why = "it was killed" if code is None or code < 0 or code in KILLED else f"it ended with exit code {code}"
        said = _said(events) or _plain(text)
        return Finished("failed", why, said, log=str(log))
    subtype = str(result.get("subtype", ""))
    used = _number(result.get("num_turns")), _number(result.get("total_cost_usd"))
    words = str(result.get("result") or _said(events))[:LONGEST_WORDS]
    turns = None if used[0] is None else int(used[0])
    if subtype in LIMITS:
        return Finished("limit", LIMITS[subtype], words, turns, used[1], str(log))
    if result.get("is_error") or subtype != "success":
        why = words.partition("\n")[0][:300] or subtype or "it ended with an error"
        return Finished("failed", f"it failed: {why}", words, turns, used[1], str(log))
    return Finished("ended", "", words, turns, used[1], str(log))


def last_words(log: Path) -> str:
    """The last text of the model in the file; empty if there is none."""
    return _said(_events(_tail(log)))


def _said(events: list[dict[str, Any]]) -> str:
    for event in reversed(events):
        message = event.get("message")
        content = message.get("content") if event.get("type") == "assistant" and isinstance(message, dict) else None
        parts = content if isinstance(content, list) else []
        texts = [str(part.get("text", "")) for part in parts if isinstance(part, dict) and part.get("type") == "text"]
        if any(text.strip() for text in texts):
            return "\n".join(texts).strip()[:LONGEST_WORDS]
    return ""


def _events(text: str) -> list[dict[str, Any]]:
    found = []
    for line in text.splitlines():
        try:
            event = json.loads(line)
        except ValueError:  # the beginning of the tail, or what a program printed
            continue
        if isinstance(event, dict):
            found.append(event)
    return found


def _plain(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("{")]
    return "\n".join(lines[-8:])[:2_000]


def _tail(log: Path) -> str:
    try:
        with open(log, "rb") as handle:
            size = handle.seek(0, 2)
            handle.seek(max(0, size - LONGEST))
            return handle.read().decode("utf-8", "replace")
    except OSError:
        return ""


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
