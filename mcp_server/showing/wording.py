"""Puts what is written for agents into a person's words: a tool's call becomes the command that a person types.

The core explains its decisions once, and names tools, since agents are who needs to act on them. All calls are spelled
in one of the forms below; a test goes through every text of the core, so that no other form gets in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

_ID = r"""(?:task_id=)?["'](?P<id>[^"']*)["']"""
_SHORT = {"done": "done", "released": "release", "blocked": "block"}


def _command(line: str) -> str:
    return f"`interlock {line}`"


def _update(found: re.Match[str]) -> str:
    status = found["status"]
    if status in _SHORT:
        return _command(f"{_SHORT[status]} {found['id']}")
    return _command(f"update {found['id']} --status {status}")


def _with_id(line: str) -> Callable[[re.Match[str]], str]:
    return lambda found: _command(line.format(found["id"]))


_FORMS: list[tuple[str, str | Callable[[re.Match[str]], str]]] = [
    (rf"\bclaim_task\({_ID}\)", _with_id("claim {}")),
    (r"\bclaim_task(?:\(\)| without task_id)?", _command("claim")),
    (rf"\bupdate_task\({_ID}, status=\"(?P<status>\w+)\"\)", _update),
    (rf"\bupdate_task\({_ID}, status=\"plan\", note=[^)]*\)", _with_id("update {} --status plan --note PLAN")),
    (rf"\bupdate_task\({_ID}, widen=[^)]*\)", _with_id("update {} --widen PATTERN")),
    (rf"\bupdate_task\({_ID}, note=[^)]*\)", _with_id("update {} --note TEXT")),
    (r"\bupdate_task\((?:task_id, )?widen=[^)]*\)", _command("update ID --widen PATTERN")),
    (r"\bupdate_task\(note=[^)]*\)", _command("update ID --note TEXT")),
    (r"\bupdate_task(?:\(status=[^)]*\))?", _command("update ID --status STATUS")),
    (r"\bunlock_resource\([\"'](?P<id>[^\"']*)[\"']\)", _with_id("unlock {}")),
    (r"\bunlock_resource", _command("unlock NAME")),
    (r"\block_resource\([\"'](?P<id>[^\"']*)[\"']\)", _with_id("lock {}")),
    (r"\block_resource", _command("lock NAME")),
    (r"\bsend_message\(to=[\"'](?P<id>[^\"']*)[\"']\)", _with_id("message {} SUBJECT")),
    (r"\bsend_message", _command("message TO SUBJECT")),
    (r"\bwrite_state\([^)]*\)|\bwrite_state", _command("state TEXT")),
    (r"\bread_state(?:\([^)]*\))?", _command("state")),
    (r"\bread_messages", _command("message")),
    (r"\bscope_check(?:\([^)]*\))?", _command("check PATH")),
    (r"\bplan_tasks(?:\([^)]*\))?", _command("plan FILE")),
    (r"\b(?:board\(\)|board(?= (?:shows|lists|has|or)\b))", _command("board")),
    (r"\bdry_run(?:=true)?", "--dry-run"),
    (r"\bwait_seconds", "--wait SECONDS"),
    (r"\bstatus=\"(\w+)\"", r"--status \1"),
    (r"``", "`"),
]
_COMPILED = [(re.compile(form), words) for form, words in _FORMS]


def for_people(text: str) -> str:
    """`text` with commands instead of tools."""
    for form, words in _COMPILED:
        text = form.sub(words, text)
    return text


def scope_words(patterns: Sequence[str]) -> str:
    """A scope as one says it: "src/billing except src/billing/gen"."""
    paths = [pattern for pattern in patterns if not pattern.startswith("!")]
    without = [pattern[1:] for pattern in patterns if pattern.startswith("!")]
    if not paths:
        return "nothing: it is for reading only"
    return ", ".join(paths) + (f" except {', '.join(without)}" if without else "")
