"""Pushes a base by compare-and-swap: where the remote has moved, its commits are merged in first, then again.

Nothing is recorded: what is left to be pushed says the difference between the base and the remote's. So it can be
interrupted at any moment and begun again.
"""

from __future__ import annotations

from collections.abc import Callable

from mcp_server.core.merge.request import MergeRequest, NotMerged
from mcp_server.domain.text import clip
from mcp_server.ports import MergeTool, Remote

ATTEMPTS = 5


Merge = Callable[[MergeRequest], "NotMerged | None"]


def merge_remote(git: MergeTool, remote: Remote, base: str, merge: Merge, check: str | None = None) -> str | None:
    """Fetch the base, and merge what it has there into the one here; why that can't be, or None."""
    try:
        remote.fetch(base)
    except OSError as error:
        return f"{base} could not be fetched: {error}"
    there = remote.tip(base)
    if there is None or git.is_in(there, base):
        return None
    name = f"{remote.name(base)}/{base}"
    refused = merge(MergeRequest(name, there, base, f"Merge {name}", "merge", check, None, None, None))
    return None if refused is None else f"{name} has moved, and could not be merged into {base}: {refused.advice}"


def push_base(git: MergeTool, remote: Remote, base: str, merge: Merge, check: str | None) -> str | None:
    """Push the base; why it was not pushed, or None. What has to be merged into it first is checked by `check`."""
    if remote.name(base) is None:
        return "this repository has no remote"
    for _ in range(ATTEMPTS):
        new = git.tip(base)
        if new is None:
            return f"there is no branch {base} any more"
        if remote.tip(base) == new:
            return None
        pushed = remote.push(base, remote.tip(base), new)
        if pushed.done:
            return None
        if not pushed.moved:
            return clip(pushed.why, 500)
        why = merge_remote(git, remote, base, merge, check)
        if why is not None:
            return why
    return f"{remote.name(base)} moved {ATTEMPTS} times meanwhile; try again later"
