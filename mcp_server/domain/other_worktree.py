"""Why does an agent not write in a worktree that is not its own? Said for one worktree, whatever the path.

On the hot path of a hook, but loaded only where somebody has strayed.
"""

from __future__ import annotations

from mcp_server.domain.text import clip

PRESENT_SECONDS = 1800.0
"""How long a session without a claim counts as being in its worktree after it was last seen."""


class Occupant:
    """Who is at work in a worktree, or what task it was made for; one of the two is known."""

    __slots__ = ("name", "task")

    def __init__(self, name: str | None, task: str | None) -> None:
        self.name = name
        self.task = task


class OtherWorktree:
    """A write in the worktree `root` by an agent whose own is `home`."""

    __slots__ = ("home", "occupant", "root")

    def __init__(self, root: str, home: str, occupant: Occupant | None) -> None:
        self.root = root
        self.home = home
        self.occupant = occupant

    def reason(self, path: str) -> str:
        """The refusal of `path` in words that name both worktrees."""
        return (
            f"{clip(path, 110)} lies in {_end(self.root)}{self._whose()}. Your own worktree is {_end(self.home)}: "
            "write there. If something has to change in the other, leave it to whoever works there."
        )

    def _whose(self) -> str:
        if self.occupant is None:
            return ", another worktree of this repository than your own"
        task = f"task {clip(self.occupant.task, 40)}" if self.occupant.task else ""
        if self.occupant.name is None:
            return f", the worktree of {task}"
        return f", where {clip(self.occupant.name, 40)} is at work" + (f" on {task}" if task else "")


def _end(path: str, length: int = 120) -> str:
    return path if len(path) <= length else "…" + path[1 - length :]
