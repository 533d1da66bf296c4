"""Finds the version of a list that a saved file is based on: its writer read it some time before.

A person reads the list, Interlock writes it, the person saves: the file now lacks what Interlock wrote in between,
which nobody wanted. So it is compared with the version that the person started from, not with the latest. Where only
people changed the list in between, the latest counts: undoing one's own change is a change.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from typing import Protocol, TypeVar

from mcp_server.task_list.document import Document


class Version(Protocol):
    """A text that a list had, and whether it was Interlock that wrote it so."""

    @property
    def text(self) -> bytes: ...  # noqa: D102  said above
    @property
    def ours(self) -> bool: ...  # noqa: D102  said above


Of = TypeVar("Of", bound=Version)


def origin(content: bytes, versions: Iterable[Of]) -> Of | None:
    """The version that `content` was made from, of versions given newest first; None when there are none.

    It is the one with the fewest changes. But a file that equals an earlier version, and is one change away from the
    latest, undoes that change: nobody saves without having changed anything.
    """
    latest: Of | None = None
    best: Of | None = None
    least, most, written_since = 0, 0, False
    for version in versions:
        if latest is None:
            latest = best = version
            least = most = distance(content, version.text)
        elif written_since and version.text == content:
            return latest if most <= 1 else version
        elif written_since and (best is latest or least > 1):
            apart = distance(content, version.text)
            if apart < least:
                best, least = version, apart
        written_since = written_since or version.ours
    return best


def distance(one: bytes, other: bytes) -> int:
    """How many changes lead from one text to the other; a line of text that says something else counts as two."""
    if one == other:
        return 0
    (tasks, texts), (others, other_texts) = _facts(one), _facts(other)
    changed = sum(
        sum(mine != theirs for mine, theirs in zip(tasks[task], others[task], strict=True))
        for task in tasks.keys() & others.keys()
    )
    apart = (texts - other_texts).total() + (other_texts - texts).total()
    return changed + len(tasks.keys() ^ others.keys()) + apart


@lru_cache(maxsize=64)
def _facts(content: bytes) -> tuple[dict[str, tuple[str | None, ...]], Counter[str]]:
    document = Document(content)
    items = {row.at: row.item for row in document.rows}
    tasks: dict[str, tuple[str | None, ...]] = {}
    texts: Counter[str] = Counter()
    for at, text in enumerate(document.texts):
        item = items.get(at)
        if item is not None and item.id is not None and item.id not in tasks:
            tasks[item.id] = (item.status, item.holder, item.title, item.note.text)
        elif text.strip():
            texts[text.strip()] += 1
    return tasks, texts
