"""Shortens an answer: a model reads all of it, whatever it asked about."""

from __future__ import annotations

import json
from collections.abc import Mapping

from mcp_server.answers.answer import Answer

LONGEST = 6_000
"""Characters of JSON in an answer, at most."""
FOR_WORDS = 300
"""Of these, what the names of the fields and the words about what was left out take."""


def bounded(answer: Answer) -> Answer:
    """The same answer with so much of each long list as there is room for; `left_out` says how much is missing.

    An answer whose lists must stay whole, since reading them changes something, has no `MORE`.
    """
    if not answer.MORE or len(answer.model_dump_json(exclude_none=True)) <= LONGEST:
        return answer
    lists = {name: value for name in type(answer).model_fields if isinstance(value := getattr(answer, name), list)}
    sizes = {name: [_size(part) for part in value] for name, value in lists.items()}
    others = len(answer.model_copy(update=dict.fromkeys(lists, [])).model_dump_json(exclude_none=True))
    room = max(0, LONGEST - FOR_WORDS - others)
    kept = {
        name: _fitting(parts, _share(sizes, room), last=name in answer.NEWEST_LAST) for name, parts in sizes.items()
    }
    shown = {name: [value[at] for at in kept[name]] for name, value in lists.items()}
    missing = {name: len(value) - len(shown[name]) for name, value in lists.items() if len(shown[name]) < len(value)}
    known = answer.left_out or {}
    return answer.model_copy(update={**shown, "left_out": known | _added(missing, known)})


def _added(missing: Mapping[str, int], known: Mapping[str, int]) -> dict[str, int]:
    return {name: count + known.get(name, 0) for name, count in missing.items()}


def _size(part: object) -> int:
    dumped = part.model_dump(mode="json", exclude_none=True) if hasattr(part, "model_dump") else part
    return len(json.dumps(dumped, ensure_ascii=False)) + 2


def _share(sizes: Mapping[str, list[int]], room: int) -> int:
    """The most that a list may take, so that all fit together and short ones stay whole."""
    left, share = room, 0
    for number, total in enumerate(sorted(sum(parts) for parts in sizes.values())):
        share = left // (len(sizes) - number)
        left -= min(total, share)
    return share


def _fitting(parts: list[int], share: int, *, last: bool) -> list[int]:
    """The places of the parts that fit, from the beginning or the end of the list."""
    order = range(len(parts) - 1, -1, -1) if last else range(len(parts))
    found: list[int] = []
    for at in order:
        share -= parts[at]
        if share < 0:
            break
        found.append(at)
    return sorted(found)
