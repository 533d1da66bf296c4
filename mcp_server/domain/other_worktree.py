"""Why may an agent not write in another worktree? Depends on the worktree only, not on the path.

On the hot path of a hook, but only loaded when an agent writes outside its own worktree.
"""

from __future__ import annotations

from mcp_server.domain.text import clip


class Occupant:
    """Who is working in a worktree, or which task it was created for; one of the two is known."""

    __slots__ = ("name", "task")

    def __init__(self, name: str | None, task: str | None) -> None:
        self.name = name
        self.task = task


class MadeFor:
    """The task that a worktree was made for, and the patterns of the claim on it, if one of the asked holds it."""

    __slots__ = ("held", "task")

    def __init__(self, task: str, held: tuple[str, ...]) -> None:
        self.task = task
        self.held = held


class OtherWorktree:
    """A write in the worktree `root` by an agent that works in `own`, or that has to create one for `task` first."""

    __slots__ = ("occupant", "own", "root", "task")

    def __init__(self, root: str, own: str, occupant: Occupant | None, task: str = "") -> None:
        self.root = root
        self.own = own
        self.occupant = occupant
        self.task = task

    def reason(self, path: str) -> str:
        """The refusal of `path`; it names both worktrees."""
        if not self.own:
            task = clip(self.task, 40)
            return (
                f"{clip(path, 110)} is in {_end(self.root)}{self._whose()}, whose branch would get the work of {task}. "
                f"Create a worktree for {task} and work there: interlock worktree add {task}"
            )
        return (
            f"{clip(path, 110)} is in {_end(self.root)}{self._whose()}. Your own worktree is {_end(self.own)}: "
            "write there. If something has to change in the other one, leave it to whoever works there."
        )

    def _whose(self) -> str:
        if self.occupant is None:
            return ", another worktree of this repository"
        task = f"task {clip(self.occupant.task, 40)}" if self.occupant.task else ""
        if self.occupant.name is None:
            return f", the worktree of {task}"
        return f", where {clip(self.occupant.name, 40)} is working" + (f" on {task}" if task else "")


def _end(path: str, length: int = 120) -> str:
    return path if len(path) <= length else "…" + path[1 - length :]
