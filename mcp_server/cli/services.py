"""What the commands need from outside, handed in by `app`: the repository, the server, the doctor, the demo."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import NamedTuple

from mcp_server.bash.reading import Reading
from mcp_server.build_errors.tree import Tree
from mcp_server.core.guard.check import Locate
from mcp_server.core.workplace import Workplace
from mcp_server.doctor.finding import Finding
from mcp_server.domain.launch import Way
from mcp_server.domain.settings import Settings
from mcp_server.domain.worktree import Worktree
from mcp_server.ports import CommitHook, ConflictSearch, HandoverFolder, MergeTool, Sessions, StepRunner, Trees


class Surroundings(NamedTuple):
    """Everything concrete. `open_place(True)` puts the repository into use.

    `place_of` is the workplace of the repository around a directory, `tree_of` its files and `root_of` its root;
    `read_command` says what a command in a directory would write, and `ignored` which paths git ignores;
    `begin_list` makes a task list where there is none, and gives its path; `begin_page` the shared state's page.
    `coordination` is a folder of hand-overs, relative to the root. `trees` are the worktrees of the repository, which
    refuse (Trouble) a folder outside git, and `furnisher` makes one of them ready to work in. `foresight` sees
    conflicts between branches, and `landing` brings them home. `ways` are those in which sessions can be started;
    `alone` keeps other launches for a task away, or refuses (Trouble).
    """

    root: str
    state: Path
    in_use: Callable[[], bool]
    open_place: Callable[[bool], Workplace]
    place_of: Callable[[str], Workplace]
    tree_of: Callable[[str], Tree]
    read_command: Callable[[str, str], Reading]
    ignored: Callable[[str, list[str]], set[str]]
    root_of: Callable[[str], str]
    rewrite_rules: Callable[[Callable[[str], str]], tuple[str, bool]]
    commit_hook: Callable[[str], CommitHook | None]
    coordination: Callable[[str], HandoverFolder]
    conflict_search: Callable[[], ConflictSearch]
    landing: Callable[[], MergeTool]
    begin_page: Callable[[], bool]
    begin_list: Callable[[], Path]
    locate: Locate
    settings: Callable[[], Settings]
    switch_mode: Callable[[str | None], None]
    serve: Callable[[], None]
    examine: Callable[[], list[Finding]]
    demo: Callable[[], int]
    version: str
    trees: Callable[[], Trees]
    step_runner: Callable[[Trees, Worktree], StepRunner]
    ways: Callable[[], Mapping[Way, Sessions]]
    has_tmux: Callable[[], bool]
    alone: Callable[[str], AbstractContextManager[object]]
