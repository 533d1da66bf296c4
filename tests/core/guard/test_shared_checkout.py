"""Git commands that concern others who work in the same checkout."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mcp_server.bash.reading import Sweep
from mcp_server.core.guard import bash
from mcp_server.core.tasks import update
from mcp_server.domain.decision import LONGEST_REASON, PRESENT_SECONDS, Decision
from tests.workspace import Workspace, task

if TYPE_CHECKING:
    from mcp_server.bash.reading import Kind

ROOT = "/repository"


@pytest.fixture
def ada(workspace: Workspace) -> int:
    """Works on `src/a` in the checkout in which bob works on `src/b`."""
    workspace.plan(task("A", "src/a/**"), task("B", "src/b/**"))
    workspace.claimed(workspace.agent("bob"), "B")
    agent = workspace.agent("ada")
    workspace.claimed(agent, "A")
    return agent


def judged(
    workspace: Workspace, agent_id: int, kind: Kind, paths: list[str] | None, below: list[str] | None = None
) -> tuple[Decision | None, int]:
    """The decision on a command that concerns `paths`, and how often git was asked for them."""
    asked: list[int] = []

    def ask() -> list[str] | None:
        asked.append(1)
        return paths

    sweep = Sweep("git x", kind, ROOT, "git x -- {paths}", ask, below)
    with workspace.store.reading() as books:
        agent = books.agents.get(agent_id)
        rights = books.guard.rights_of(agent.id, agent.parent)
        return bash.judge_sweep(books.guard, rights, sweep), len(asked)


@pytest.mark.parametrize("kind", ["commit", "index", "amend", "stash"])
def test_a_path_that_somebody_else_holds_is_refused_with_the_command_for_ones_own(
    workspace: Workspace, ada: int, kind: Kind
) -> None:
    refused, _ = judged(workspace, ada, kind, ["src/a/x", "src/b/y"])
    assert refused is not None
    assert (refused.rule, refused.holder, refused.task) == ("sweep", "bob", "B")
    for words in ("src/b/y", "bob (task B)", "git x -- :/src/a"):
        assert words in refused.reason
    assert len(refused.reason) <= LONGEST_REASON


@pytest.mark.parametrize("kind", ["commit", "index", "amend", "stash"])
def test_ones_own_paths_pass(workspace: Workspace, ada: int, kind: Kind) -> None:
    assert judged(workspace, ada, kind, ["src/a/x"]) == (None, 1)


def test_git_is_not_asked_where_nobody_else_works_or_holds_anything(workspace: Workspace, ada: int) -> None:
    assert judged(workspace, ada, "index", ["src/a/x"], below=["src/a"]) == (None, 0)
    assert judged(workspace, ada, "index", [], below=["src"]) == (None, 1)
    update.update_task(workspace.place, workspace.agent("bob"), "B", status="released")
    assert judged(workspace, ada, "commit", ["src/b/y"]) == (None, 0)


def test_paths_that_git_cannot_name_are_refused(workspace: Workspace, ada: int) -> None:
    refused, _ = judged(workspace, ada, "commit", None)
    assert refused is not None
    assert "could not name" in refused.reason


def test_a_commit_without_a_path_of_ones_own_is_not_amended(workspace: Workspace, ada: int) -> None:
    assert judged(workspace, ada, "amend", ["docs/x", "src/a/x"])[0] is None
    refused, _ = judged(workspace, ada, "amend", ["docs/x"])
    assert refused is not None
    assert "not one of yours" in refused.reason


def edited(workspace: Workspace, agent_id: int, path: str) -> None:
    with workspace.store.writing() as books:
        books.journal.edited(path, agent_id)


def test_an_agent_that_edits_without_a_claim_works_there_too(workspace: Workspace) -> None:
    sweep = Sweep("git stash", "stash", ROOT, "git stash push -- {paths}")
    ada, eve = workspace.agent("ada"), workspace.agent("eve")
    edited(workspace, ada, "src/a")

    def refused() -> Decision | None:
        with workspace.store.reading() as books:
            return bash.judge_sweep(books.guard, books.guard.rights_of(ada, None), sweep)

    assert refused() is None
    edited(workspace, eve, "src/e")
    found = refused()
    assert found is not None
    assert "eve (which edits without a claim) is working too" in found.reason
    workspace.clock.advance(PRESENT_SECONDS + 1)
    workspace.agent("ada")
    assert refused() is None


def test_the_edits_of_ones_own_subagents_are_ones_own(workspace: Workspace) -> None:
    ada = workspace.agent("ada")
    edited(workspace, workspace.subagent("ada", "w1"), "src/a")
    with workspace.store.reading() as books:
        assert list(books.guard.editing(ROOT, (ada,))) == []


def test_moving_head_is_refused_and_names_who_is_working_there(workspace: Workspace, ada: int) -> None:
    sweep = Sweep("git switch x", "head", ROOT, "Do it elsewhere")
    with workspace.store.reading() as books:
        refused = bash.judge_sweep(books.guard, books.guard.rights_of(ada, None), sweep)
    assert refused is not None
    assert "git switch x moves the HEAD of this checkout, in which bob (task B) is working too." in refused.reason
    assert "Do it elsewhere" in refused.reason
