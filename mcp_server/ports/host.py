"""What the core needs of the machine: the time, its processes, a working copy, sessions of Claude Code."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from mcp_server.domain.agent import Process
from mcp_server.domain.launch import Launch, Running
from mcp_server.domain.worktree import Worktree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.domain.presence import Tick


class Clock(Protocol):
    """Tells the time."""

    def __call__(self) -> float:
        """Seconds since 1970."""

    def tick(self) -> Tick:
        """Which machine's clock counts since which boot, and its seconds, which stand still while it is suspended."""


class Processes(Protocol):
    """Knows the processes of this host."""

    def identify(self, pid: int) -> Process | None:
        """The running process `pid`, or None when there is none."""

    def state(self, process: Process) -> str:
        """`lives`, `gone`, or `unseen` where that can't be known, as for another host."""

    def is_gone(self, process: Process) -> bool:
        """Whether it has provably ended; False when that can't be known, as for another host."""

    def children(self, process: Process) -> Sequence[tuple[str, float]]:
        """The command line of each child of a process that lives, and for how many seconds it has run."""

    def is_asking(self, process: Process) -> bool | None:
        """Whether this client waits for its user; None when that can't be known."""


class Machine(Protocol):
    """Knows what this machine has."""

    def has(self, capability: str) -> bool:
        """Whether it has this capability, or is said to: docker, a browser, a device, a program of that name."""


class Checkout(Protocol):
    """A working copy under version control."""

    def revision(self, directory: str) -> str | None:
        """The commit that `directory` is on, short; None outside version control or before the first commit."""

    def uncommitted(self, directory: str, covers: Callable[[str], bool]) -> int | None:
        """How many files that `covers` accepts have changes that are not committed; None where that can't be known."""

    def commits(self, directory: str, moment: float, patterns: Sequence[str]) -> Sequence[str]:
        """The commits since `moment` that changed a path of this scope, newest first; none where git can't tell."""

    def arrived(self, worktree: Worktree) -> str | None:
        """The commit with which all work of a worktree is in its base; None while anything is missing or uncommitted.

        Whatever the worktree is on now, and however its content came into the base.
        """


class Shell(Protocol):
    """The shell that a command was typed in."""

    @property
    def session(self) -> str | None:
        """The session that its environment names."""

    @property
    def ancestors(self) -> Sequence[Process]:
        """The processes above the command, the nearest first."""

    def runs(self, command: str) -> bool:
        """Whether one of them is a shell that Claude Code started to run this command of an agent."""


class Traces(Protocol):
    """What Interlock has put into a repository: its state, lines that make git ignore its worktrees, git's hook."""

    def removable(self, *, settings: bool) -> list[str]:
        """Each trace that is there, as a path and what it is; with `settings` the settings and the rules as well."""

    def kept(self, *, settings: bool) -> list[tuple[str, str]]:
        """The files that stay, and why."""

    def remove(self, *, settings: bool) -> list[str]:
        """Remove them, the state last; says what was removed."""


class CommitHook(Protocol):
    """The git hook that asks before every commit."""

    @property
    def file(self) -> Path:
        """Where it is, or would be."""

    @property
    def is_installed(self) -> bool:
        """Whether it is in place."""

    def install(self) -> str | None:
        """Put it in place, if it is not; why not, when there is anybody else's, which is left as it is."""

    def uninstall(self) -> bool:
        """Take it away; False when it was not there."""

    def staged(self) -> list[str]:
        """The paths that the commit being made would change, relative to the worktree's root."""


class Sessions(Protocol):
    """Starts, finds and ends the client's sessions in one of the ways that there are."""

    def check(self) -> None:
        """Refuses (NotStarted) where no session could be started in this way."""

    def find(self, launch: Launch) -> Running | None:
        """Where it runs, even if that was never recorded; None when it does not run."""

    def start(self, launch: Launch, prompt: str, model: str | None, arguments: Sequence[str]) -> Running:
        """Start it in its worktree; refuses (NotStarted) in words what cannot be started."""

    def last_words(self, launch: Launch) -> str:
        """What it left to be read when it ended; empty when nothing."""

    def stop(self, launch: Launch, process: Process | None) -> None:
        """Let it end by itself, and wait for that."""

    def door(self, launch: Launch) -> Sequence[str]:
        """The command that brings a person to it."""
