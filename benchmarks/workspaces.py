"""Repositories with as many tasks and live leases as a benchmark needs."""

from __future__ import annotations

import subprocess
from pathlib import Path

from mcp_server.adapters.host.clock import system_clock
from mcp_server.adapters.host.processes import HostProcesses
from mcp_server.adapters.sqlite.store import SqliteStore, create
from mcp_server.core.agents.register import Caller, recognise
from mcp_server.core.workplace import Workplace
from mcp_server.domain.decision import Policy
from mcp_server.domain.scopes.scope import anchors_of, parse
from mcp_server.domain.settings import Settings
from mcp_server.domain.task import Draft
from mcp_server.domain.worktree import Worktree
from mcp_server.ports import Store

AGENTS = 20


class NoCheckout:
    """Nothing is under version control."""

    def revision(self, directory: str) -> None:
        """No commit."""

    def uncommitted(self, directory: str, covers: object) -> None:
        """Nothing that could be counted."""

    def commits(self, directory: str, moment: float, patterns: object) -> list[str]:
        """No commits."""
        return []

    def arrived(self, worktree: Worktree) -> None:
        """Nothing is merged."""


def repository(folder: Path, *, tasks: int, leases: int) -> Path:
    """A repository in use with `tasks` tasks, `leases` of them claimed by twenty agents."""
    subprocess.run(["git", "init", "--quiet", str(folder)], check=True)
    file = folder / ".git" / "interlock" / "state.db"
    create(file)
    fill(store(file), tasks=tasks, leases=leases)
    return folder


def store(file: Path) -> SqliteStore:
    """The store in `file`, as the server opens it."""
    policy = Policy("enforce", "allow", parse([]))
    return SqliteStore(file, clock=system_clock, policy=lambda: policy)


def workplace(opened: Store) -> Workplace:
    """The workplace around a store."""
    return Workplace(opened, HostProcesses(), NoCheckout(), Settings)


def fill(opened: Store, *, tasks: int, leases: int) -> None:
    """Plan the tasks and claim the first of them."""
    with opened.writing() as books:
        agents = [recognise(books, Caller(f"agent{number}")).id for number in range(AGENTS)]
        books.tasks.add([draft(number) for number in range(tasks)])
        for number in range(leases):
            task = books.tasks.take(lambda _wanted: True, None)
            assert task is not None
            holder = agents[number % AGENTS]
            token = books.events.add("claimed", task.id, agent=holder, id=task.token)
            books.leases.grant(
                token,
                holder,
                task=task,
                resource=None,
                scope=task.scope,
                anchors=task.anchors,
                seconds=1800,
                purpose=None,
            )


def draft(number: int) -> Draft:
    """A task whose scope is its own folder."""
    pattern = f"src/part{number % 100}/module{number}/**"
    scope = parse([pattern])
    return Draft(f"N{number}", f"Task {number}", scope.patterns, tuple(anchors_of(scope)), (), (), 0, None, None)
