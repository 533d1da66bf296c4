"""The settings of a repository, their defaults, and what they may be."""

from __future__ import annotations

from typing import NamedTuple

MODES = ("enforce", "warn", "off")
UNCLAIMED = ("allow", "deny")
BASH = ("confine", "check", "off")
"""`confine`: commands are read before, held by the kernel while they run, and looked at after; `check`: without the
kernel."""
HOLD_BUILDS = ("auto", "always", "never")
"""Whether a failed build's answer is held until the files that others are editing are quiet; `auto`: where a person
sits at the session."""


STYLES = ("merge", "rebase")


class Merging(NamedTuple):
    """How `interlock merge` brings a branch home: by a merge or on top of the base, and what is run before."""

    style: str = "merge"
    check: str | None = None


PLACES = ("inside", "beside")
"""Where worktrees are made: below the main worktree, in `.claude/worktrees`, or in a folder beside it."""


class WorktreeSettings(NamedTuple):
    """The section `[worktree]`: where worktrees are made and what they are furnished with.

    `setup` takes the place of what is found out by itself. `copy` are patterns beside `.worktreeinclude`, `link` paths
    that are shared with the main worktree. Of `ports` and `names` each worktree gets its own.
    """

    place: str = "inside"
    prepare: bool = True
    setup: tuple[str, ...] | None = None
    copy: tuple[str, ...] = ()
    link: tuple[str, ...] = ()
    ports: tuple[tuple[str, int], ...] = ()
    names: tuple[tuple[str, str], ...] = ()


class Settings(NamedTuple):
    """What `.claude/interlock.toml` may say; every key is optional."""

    mode: str = "enforce"
    unclaimed: str = "allow"
    lease_minutes: float = 30.0
    open: tuple[str, ...] = ()
    bash: str = "confine"
    writable: tuple[str, ...] = ()
    retry_seconds: float = 30.0
    hold_builds: str = "auto"
    tasks_file: str | None = None
    state_file: str | None = None
    max_agents: int = 3
    merge: Merging = Merging()
    worktree: WorktreeSettings = WorktreeSettings()

    @property
    def lease_seconds(self) -> float:
        """How long a claim outlives its holder's silence."""
        return self.lease_minutes * 60
