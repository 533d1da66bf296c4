"""What the commands need from outside: the repository, its worktrees and sessions, the server, the doctor, the demo."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from mcp_server.bash.reading import Reading
from mcp_server.bash.state.files import Files
from mcp_server.build_errors.tree import Tree
from mcp_server.core.guard.check import PathInRepo, Survey
from mcp_server.core.unattended.heartbeat import Tools as BeatTools
from mcp_server.core.unattended.work import Tools as WorkTools
from mcp_server.core.workplace import Workplace
from mcp_server.doctor.finding import Finding
from mcp_server.domain.launch import Way
from mcp_server.domain.machines.status import DatabaseStatus, MovedRows
from mcp_server.domain.settings import Settings
from mcp_server.domain.worktree import Worktree
from mcp_server.ports import (
    CommitHook,
    ConflictSearch,
    HandoverFolder,
    MergeTool,
    Sessions,
    Shell,
    StepRunner,
    Timer,
    Traces,
    Transcripts,
    Trees,
    Works,
    Workshop,
)


class Unattended(WorkTools, BeatTools, Protocol):
    """What works while nobody watches: workers, the heartbeat, and the timers that start them."""

    def timer(self, kind: str) -> Timer:
        """The timer of this kind, `cron` or `systemd`, for this repository."""

    def shorten_logs(self) -> None:
        """Cut what timers and workers have printed to its end, if it got long."""

    def is_of_one_version(self) -> bool:
        """Whether this program is in a folder that goes away when the plugin is updated."""

    def missing_secrets(self) -> list[str]:
        """The variables of this shell by which the client signs in, which a timer does not have."""


class SharedDatabase(Protocol):
    """The database that the settings name. What moves refuses (StateUnavailable, Misuse) in plain words."""

    def status(self) -> DatabaseStatus: ...
    def move(self, *, leaves_tasks: bool) -> MovedRows:
        """Take the state into the database, or join what is there; `leaves_tasks`: what is here stays in a backup."""

    def setup(self, person: str | None, may: str, repository: str | None) -> str:
        """The SQL that prepares the database for a team, with what a person may do in a repository from now on.

        Without a schema it is this repository. Refuses (Misuse) names that are none, and a repository that is unknown.
        """

    def run(self, script: str) -> None:
        """Run this SQL as the user that the settings name: all of it, or nothing."""

    def move_to_file(self) -> MovedRows:
        """Take everything out of the database into a file of this machine."""


class Services(Protocol):
    """Everything concrete, for the repository around the working directory; the composition root implements it.

    `root` is the worktree's, `state` the folder of Interlock's state. `trees` refuses (Trouble) a folder outside git,
    `settings` (ValueError) a file that is wrong. `ways` are those in which sessions can be started.
    """

    @property
    def root(self) -> str: ...
    @property
    def state(self) -> Path: ...
    @property
    def version(self) -> str: ...
    @property
    def shell(self) -> Shell:
        """The shell that the command was typed in."""

    @property
    def program(self) -> Path:
        """What a person starts: `bin/interlock`."""

    def in_use(self) -> bool: ...
    def stamp(self) -> object:
        """Another value whenever the state may have changed; it takes next to no time."""

    def database(self, *, begins: bool = False) -> SharedDatabase | None:
        """The database that the settings name, or None; with `begins` the repository is put into use if it was not."""

    def open_place(self, begins: bool = False) -> Workplace:
        """The workplace; with `begins` the repository is put into use if it was not."""

    def move_home(self) -> None:
        """Where the worktree with the settings and texts is gone, this one has them from now on."""

    def open_another(self) -> Workplace:
        """The same workplace with a store of its own, for another thread."""

    def place_of(self, directory: str) -> Workplace:
        """The workplace of the repository around a directory."""

    def root_of(self, directory: str) -> str:
        """The root of the worktree around a directory."""

    def settings(self) -> Settings: ...
    def switch_mode(self, mode: str | None) -> None:
        """Switch the guard for everybody; None: what the settings file says."""

    def locate(self, path: str, directory: str) -> PathInRepo | None:
        """Where a path is; None outside every repository in use."""

    def source_tree(self, root: str) -> Tree:
        """The files of a repository, for reading build errors."""

    def read_command(self, command: str, directory: str) -> Reading:
        """What a Bash command in a directory would write."""

    def survey(self, directory: str, key: str) -> Survey:
        """Finds the worktrees around a directory, for the agent with this key."""

    @property
    def disk(self) -> Files:
        """The disk, and git, as the reading of commands asks for them."""

    def ignored(self, root: str, paths: list[str]) -> set[str]:
        """Those of the paths that git ignores."""

    def rewrite_claude_md(self, change: Callable[[str], str]) -> tuple[str, bool]:
        """Change CLAUDE.md; its path, and whether that made a difference."""

    def commit_hook(self, directory: str) -> CommitHook | None:
        """Git's commit hook in the repository around a directory; None outside git."""

    def traces(self) -> Traces:
        """What Interlock has put into this repository."""

    def transcripts(self) -> Transcripts:
        """What the client writes of its sessions."""

    def handover_folder(self, folder: str) -> HandoverFolder:
        """A folder of hand-overs, relative to the root."""

    def create_state_page(self) -> bool:
        """Create the page of the shared state; False when there is one."""

    def create_task_list(self) -> Path:
        """Create the task list if there is none; its path."""

    def workshop(self) -> Workshop:
        """What workflows need of this machine."""

    def trees(self) -> Trees: ...
    def step_runner(self, trees: Trees, worktree: Worktree) -> StepRunner:
        """What sets up a worktree."""

    def conflict_search(self) -> ConflictSearch: ...
    def works(self) -> Works:
        """What was done for tasks, as git tells it."""

    def merge_tool(self) -> MergeTool: ...
    def ways(self) -> Mapping[Way, Sessions]: ...
    def has_tmux(self) -> bool: ...
    def launch_lock(self, task: str) -> AbstractContextManager[object]:
        """Keeps other launches of a task away; refuses (Trouble) while one goes on."""

    def pause(self, seconds: float) -> None: ...
    def unattended(self, seconds: float | None = None) -> Unattended:
        """What works while nobody watches, for runs of at most so many seconds; by default as the settings say."""

    def examine(self) -> list[Finding]: ...
    def repair(self) -> float | None:
        """Restore the state from its backup, and say of when that is; None, and nothing is changed, if it is whole.

        Refuses (StateUnavailable) without a good backup.
        """

    def serve(self) -> None: ...
    def demo(self) -> int: ...
    def store_demo(self) -> int: ...
