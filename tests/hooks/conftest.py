"""Fixtures for tests of hooks: a repository, somebody else's claim in it, and the hooks of a session."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mcp_server.adapters.host.clock import system_clock
from mcp_server.adapters.host.processes import HostProcesses
from mcp_server.adapters.sqlite.store import SqliteStore, create
from mcp_server.bootstrap import check
from mcp_server.core.agents.register import Caller, recognise
from mcp_server.core.tasks.claim import claim_task
from mcp_server.core.tasks.plan import Proposal, plan_tasks
from mcp_server.core.workplace import Workplace
from mcp_server.domain.decision import Policy
from mcp_server.domain.scopes.scope import parse
from mcp_server.domain.settings import Settings
from mcp_server.domain.worktree import Worktree
from tests.hooks.runner import ROOT, Hooks


class Work:
    """The work in one repository, seen from outside."""

    def __init__(self, repo: Path) -> None:
        self.file = repo / ".git" / "interlock" / "state.db"
        create(self.file)
        self.store = SqliteStore(self.file, clock=system_clock, policy=lambda: Policy("enforce", "allow", parse([])))
        self.place = Workplace(self.store, HostProcesses(), _NoCheckout(), Settings)

    def agent(self, session: str, name: str | None = None, subagent: str | None = None) -> int:
        """The number of an agent, registered if it is new."""
        with self.store.writing() as books:
            return recognise(books, Caller(session, subagent, "worker" if subagent else None, title=name)).id

    def knows(self, name: str) -> bool:
        """Whether an agent of this name is registered."""
        with self.store.reading() as books:
            return books.agents.named(name) is not None

    def is_idle(self, name: str) -> bool:
        """Whether the turn of the agent with this name has ended."""
        with self.store.reading() as books:
            agent = books.agents.named(name)
        return agent is not None and agent.idle_at is not None

    def claim(self, agent: int, *scope: str) -> str:
        """A new task with this scope, claimed by the agent; its id."""
        [task] = plan_tasks(self.place, agent, [Proposal("Work", scope)]).created
        assert claim_task(self.place, agent, task).__class__.__name__ == "Claimed"
        return task


class _NoCheckout:
    def revision(self, directory: str) -> None:  # noqa: ARG002  nothing is looked at
        return None

    def uncommitted(self, directory: str, covers: object) -> None:  # noqa: ARG002
        return None

    def commits(self, directory: str, moment: float, patterns: object) -> list[str]:  # noqa: ARG002
        return []

    def arrived(self, worktree: Worktree) -> None:  # noqa: ARG002
        return None


def set_up(data: Path) -> None:
    """What a first start would create: the stamp of an environment for this very copy."""
    stamp = data / "ready"
    stamp.write_text(f"{ROOT}\n{sys.executable}\n\n")
    made_for = (ROOT / "requirements.txt").stat()
    os.utime(stamp, ns=(made_for.st_atime_ns, made_for.st_mtime_ns))
    assert check.ready_env(str(ROOT), str(data))


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    root = tmp_path / "repo"
    (root / "src" / "auth").mkdir(parents=True)
    subprocess.run(["git", "init", "--quiet", str(root)], check=True)
    return root


@pytest.fixture
def hooks(repo: Path, tmp_path: Path) -> Hooks:
    data = tmp_path / "data"
    data.mkdir()
    set_up(data)
    return Hooks(repo, data)


@pytest.fixture
def work(repo: Path) -> Iterator[Work]:
    made = Work(repo)
    yield made
    made.store.close()
