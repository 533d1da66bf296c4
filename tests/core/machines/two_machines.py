"""Two clones of one bare repository as two machines; what a database would carry between them a test copies."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from mcp_server.adapters.git.checkout import GitCheckout
from mcp_server.adapters.git.merging.conflict_search import GitConflictSearch
from mcp_server.adapters.git.merging.merge import GitMerge
from mcp_server.adapters.git.remote.remote import GitRemote
from mcp_server.core.merge.merge import Merged, merge_branch
from mcp_server.core.merge.request import NotMerged, Options
from mcp_server.core.tasks import update
from mcp_server.core.tasks.update import Move, Updated
from mcp_server.core.workplace import Workplace
from tests.adapters.git_repositories import git, git_repository
from tests.git_workspace import GitWorkspace
from tests.workspace import Workspace

SHARED = "agent identity task dependency lease ground task_ground event message delivery unmerged note".split()


class Machine:
    """A clone with its mirror, on a host of this name."""

    def __init__(self, folder: Path, team: Path, number: int, host: str) -> None:
        git(folder, "clone", "--quiet", str(team), host)
        self.root = folder / host
        self.host = host
        for name, value in (("user.name", host), ("user.email", f"{host}@example.com")):
            git(self.root, "config", name, value)
        self.workspace = Workspace("sqlite", self.root / ".git")
        self.workspace.mirrors(number=number, host=host)
        state = str(self.root / ".git/interlock")
        self.git = GitMerge(str(self.root), state, lambda _folder: None)
        self.search = GitConflictSearch(str(self.root), state)
        self.remote = GitRemote(str(self.root), state)
        self.checkout = GitCheckout(str(self.root), state)

    @property
    def place(self) -> Workplace:
        """The workplace with the real checkouts and the real remote."""
        return self.workspace.place._replace(checkout=self.checkout, remote=self.remote)

    def worktree(self, task_id: str) -> Path:
        """A worktree for a task, made as a person does it."""
        return Path(GitWorkspace(self.workspace, self.root).made(task_id).path)

    def commit(self, folder: Path, name: str, text: str = "x\n") -> str:
        """A commit that writes a file; its id."""
        return GitWorkspace(self.workspace, self.root).commit(folder, name, text)

    def finish(self, agent: int, task_id: str) -> Updated:
        """The agent says that the task is done."""
        return self.move(agent, task_id, "done")

    def move(self, agent: int, task_id: str, status: Move) -> Updated:
        """The agent gives the task this status."""
        outcome = update.update_task(self.place, agent, task_id, status=status)
        assert isinstance(outcome, Updated)
        return outcome

    def merge(self, name: str, **options: Any) -> Merged | NotMerged:
        """What comes of merging this, for a person."""
        return merge_branch(self.place, self.git, self.workspace.agent("pat"), name, Options(**options))

    def merged(self, name: str, **options: Any) -> Merged:
        """A merge that is made."""
        outcome = self.merge(name, **options)
        assert isinstance(outcome, Merged), outcome
        return outcome

    def head(self, name: str = "main") -> str:
        """The commit that a branch is on here."""
        return git(self.root, "rev-parse", name)

    def unmerged(self) -> dict[str, tuple[str, str | None]]:
        """The work that other machines can't have, as it is known here: task, host, and how it was merged."""
        with self.workspace.store.reading() as books:
            return {work.task: (work.host, work.merged) for work in books.unmerged.all()}


class Team:
    """The bare repository that both have cloned, and the two."""

    def __init__(self, folder: Path) -> None:
        folder = Path(os.path.realpath(folder))
        first = git_repository(folder / "first")
        git(folder, "clone", "--quiet", "--bare", str(first), "team.git")
        self.bare = folder / "team.git"
        self.here, self.there = (
            Machine(folder, self.bare, number, host) for number, host in ((1, "here"), (2, "there"))
        )

    def carry(self, source: Machine, target: Machine) -> None:
        """The target's mirror has now what the source's has."""
        with closing(sqlite3.connect(target.workspace.file)) as connection:
            connection.execute("ATTACH ? AS other", (str(source.workspace.file),))
            connection.execute("PRAGMA foreign_keys = OFF")
            for table in SHARED:
                connection.execute(f"DELETE FROM {table}")  # noqa: S608  names of ours
                connection.execute(f"INSERT INTO {table} SELECT * FROM other.{table}")  # noqa: S608
            connection.commit()

    def head(self, name: str = "main") -> str:
        """The commit that a branch is on at the remote."""
        return git(self.bare, "rev-parse", name)
