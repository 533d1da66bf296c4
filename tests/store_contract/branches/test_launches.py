"""What every store promises about the sessions that were started for tasks."""

from __future__ import annotations

import pytest

from mcp_server.domain.launch import Launch, Way
from mcp_server.ports import Books, Store
from tests.workspace import START_TIME, Workspace


def add(books: Books, task: str, session: str | None = "s") -> Launch:
    agent = books.agents.add(f"k-{task}", task, "session", parent=None, process=None, worktree="")
    way: Way = "tmux" if session else "background"
    return books.launches.add(task, agent.id, session=session, way=way, name=f"{task}-x")


def test_a_launch_is_kept_with_all_that_becomes_known_of_it(store: Store) -> None:
    with store.writing() as books:
        made = add(books, "T1")
        assert made == Launch("T1", made.agent, "s", "tmux", "T1-x", "", None, None, START_TIME)
        books.launches.worktree_made("T1", "/trees/T1")
        books.launches.placed("T1", "%1", "/run/tmux")
    with store.reading() as books:
        assert books.launches.get("T1") == made._replace(worktree="/trees/T1", place="%1", server="/run/tmux")
        assert books.launches.get("T2") is None


def test_a_task_has_one_session_at_a_time(workspace: Workspace) -> None:
    with workspace.store.writing() as books:
        one = add(books, "T1")
    workspace.clock.advance(1)
    with workspace.store.writing() as books:
        two = add(books, "T0")
        assert books.launches.all() == [one, two]
        books.launches.forget("T1")
        assert books.launches.all() == [two]
    with pytest.raises(Exception), workspace.store.writing() as books:  # noqa: B017, PT011  each store has its own
        books.launches.add("T0", two.agent, session="other", way="tmux", name="other")
    with workspace.store.reading() as books:
        assert books.launches.all() == [two]


def test_a_session_that_the_client_names_is_expected_in_its_worktree_once(store: Store) -> None:
    with store.writing() as books:
        made = add(books, "T1", session=None)
        add(books, "T2")
        for task in ("T1", "T2"):
            books.launches.worktree_made(task, f"/trees/{task}")
        assert books.launches.expected("/trees/T1") == made._replace(worktree="/trees/T1")
        assert books.launches.expected("/trees/T2") is None
        books.launches.reported("T1", "s-1")
        assert books.launches.expected("/trees/T1") is None
        assert books.launches.get("T1") == made._replace(worktree="/trees/T1", session="s-1")
