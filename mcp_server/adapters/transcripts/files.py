"""Which files a session and its subagents write. On the hot path of a hook: nothing but `os` is imported."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

END = ".jsonl"
_BEGINNING = "agent-"


def of_subagent(session: str, subagent: str) -> str:
    """Where the transcript of a subagent is, or will be; `session` is the transcript of its session."""
    folder = _folder(session)
    usual = os.path.join(folder, f"{_BEGINNING}{subagent}{END}")
    if os.path.exists(usual):
        return usual
    runs = os.path.join(folder, "workflows")
    inside = (os.path.join(runs, run, f"{_BEGINNING}{subagent}{END}") for run in _names(runs))
    return next((file for file in inside if os.path.exists(file)), usual)


def of_subagents(session: str) -> Iterator[tuple[str, str]]:
    """The subagents of a session, those of its workflows included, each with its transcript."""
    folder = _folder(session)
    runs = os.path.join(folder, "workflows")
    for place in (folder, *(os.path.join(runs, run) for run in _names(runs))):
        for name in _names(place):
            if name.startswith(_BEGINNING) and name.endswith(END):
                yield name[len(_BEGINNING) : -len(END)], os.path.join(place, name)


def _folder(session: str) -> str:
    return os.path.join(session.removesuffix(END), "subagents")


def _names(folder: str) -> list[str]:
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return []
