"""Which lines of a list have no tasks: code between fences, comments, front matter; and whether a merge is unresolved.

A passage that is never closed does not count: while somebody is writing one, the rest is not hidden.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mcp_server.task_list import lines

_FENCE = re.compile(r"[ \t]*(`{3,}(?=[^`]*$)|~{3,})")
_CODE = re.compile(r"(`+)(.+?)\1(?!`)")
_YAML = re.compile(r"[A-Za-z_][\w .-]*:(?:\s|$)")
_CONFLICT = re.compile(r"(?:<{7}|>{7})(?: |$)")


class Passage(NamedTuple):
    """Lines that belong together, up to `end`; from `hidden` on they have no tasks."""

    start: int
    hidden: int
    end: int


def find(texts: Sequence[str]) -> Iterator[Passage]:
    """The passages, from the first to the last."""
    at = _front_matter(texts)
    if at:
        yield Passage(0, 0, at)
    unclosed: dict[str, int] = {}
    while at < len(texts):
        found = _code(texts, at, unclosed) or _comment(texts, at, unclosed)
        if found is not None:
            yield found
        at = found.end if found is not None else at + 1


def in_conflict(content: bytes) -> bool:
    """Whether a list has an unresolved merge outside of code: its tasks are there twice."""
    if b"<<<<<<<" not in content and b">>>>>>>" not in content:
        return False
    texts = [line.text for line in lines.split(content)[1]]
    hidden = {at for passage in find(texts) for at in range(passage.hidden, passage.end)}
    return any(_CONFLICT.match(text) for at, text in enumerate(texts) if at not in hidden)


def _front_matter(texts: Sequence[str]) -> int:
    """The line behind it; 0 where there is none: a list may begin with a line across the page."""
    if not texts or texts[0].rstrip() != "---":
        return 0
    first = next((text for text in texts[1:] if text.strip()), "")
    if not _YAML.match(first):
        return 0
    return next((at + 1 for at in range(1, len(texts)) if texts[at].rstrip() in ("---", "...")), 0)


def _code(texts: Sequence[str], at: int, unclosed: dict[str, int]) -> Passage | None:
    found = _FENCE.match(texts[at])
    if found is None:
        return None
    mark = found[1]
    if len(mark) >= unclosed.get(mark[0], len(mark) + 1):
        return None
    for ahead in range(at + 1, len(texts)):
        other = _FENCE.match(texts[ahead])
        if other is not None and other[1].startswith(mark) and not texts[ahead].strip().strip(mark[0]):
            return Passage(at, at, ahead + 1)
    unclosed[mark[0]] = len(mark)
    return None


def _comment(texts: Sequence[str], at: int, unclosed: dict[str, int]) -> Passage | None:
    """Its first line may have a task before it."""
    if "<!--" not in texts[at] or "<" in unclosed or not _leaves_open(texts[at]):
        return None
    for ahead in range(at + 1, len(texts)):
        if "-->" in texts[ahead] and not _leaves_open("<!--" + texts[ahead]):
            return Passage(at, at + 1, ahead + 1)
    unclosed["<"] = 0
    return None


def _leaves_open(text: str) -> bool:
    plain = _CODE.sub("", text)
    return plain.rfind("<!--") >= 0 and "-->" not in plain[plain.rfind("<!--") :]
