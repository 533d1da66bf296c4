"""Whose the files of a failed build are."""

from __future__ import annotations

from typing import Literal

import pytest

from mcp_server.core.agents.register import Caller
from mcp_server.core.builds import blame
from mcp_server.core.builds.blame import RECENT_SECONDS, Judgement
from mcp_server.core.leases import lock
from mcp_server.core.tasks.update import update_task
from tests.workspace import LEASE, Workspace, task

ERROR = ["src/api.py:3: error: no"]


def judged(workspace: Workspace, agent_id: int, *paths: str) -> Judgement:
    with workspace.store.reading() as books:
        agent = books.agents.get(agent_id)
        rights = books.guard.rights_of(agent.id, agent.parent)
        return blame.judge(books, rights, dict.fromkeys(paths, ERROR))


def whose(workspace: Workspace, agent_id: int, path: str) -> str:
    return judged(workspace, agent_id, path).suspects[0].whose


def edited(workspace: Workspace, agent_id: int, path: str) -> None:
    with workspace.store.writing() as books:
        books.journal.edited(path, agent_id)


def test_a_file_in_the_claim_of_another_is_foreign_with_holder_task_and_last_edit(workspace: Workspace) -> None:
    workspace.plan(task("A", "src/**"))
    ada, bob = workspace.agent("ada"), workspace.agent("bob")
    workspace.claimed(ada, "A")
    edited(workspace, ada, "src/api.py")
    at = workspace.clock.now
    workspace.clock.advance(40)
    edited(workspace, bob, "src/api.py")  # an edit in somebody else's scope does not make the file one's own
    [suspect] = judged(workspace, bob, "src/api.py").suspects
    assert (suspect.whose, suspect.holder, suspect.holder_id, suspect.task) == ("foreign", "ada", ada, "A")
    assert (suspect.last_edit, suspect.stopped, suspect.lines) == (at, None, ERROR)
    assert whose(workspace, ada, "src/api.py") == "own"


def test_a_file_under_a_path_lock_of_another_is_foreign(workspace: Workspace) -> None:
    ada, bob = workspace.agent("ada"), workspace.agent("bob")
    lock.lock_resource(workspace.place, ada, "path:package.json")
    [suspect] = judged(workspace, bob, "package.json").suspects
    assert (suspect.whose, suspect.holder, suspect.task, suspect.last_edit) == ("foreign", "ada", None, None)


def test_a_file_in_the_agents_scope_is_its_own_whoever_edited_it(workspace: Workspace) -> None:
    workspace.plan(task("A", "src/**"))
    ada, bob = workspace.agent("ada"), workspace.agent("bob")
    workspace.claimed(ada, "A")
    edited(workspace, bob, "src/api.py")
    assert whose(workspace, ada, "src/api.py") == "own"


def test_without_a_claim_the_last_edit_decides_for_some_minutes(workspace: Workspace) -> None:
    ada, bob, eve = workspace.agent("ada"), workspace.agent("bob"), workspace.agent("eve")
    edited(workspace, ada, "a.py")
    assert [whose(workspace, agent, "a.py") for agent in (ada, bob)] == ["own", "foreign"]
    workspace.clock.advance(10)
    edited(workspace, bob, "a.py")
    assert [whose(workspace, agent, "a.py") for agent in (ada, bob, eve)] == ["foreign", "own", "foreign"]
    workspace.clock.advance(RECENT_SECONDS)
    assert [whose(workspace, agent, "a.py") for agent in (ada, bob, eve)] == ["own", "own", "unknown"]


def test_what_nobody_holds_or_edited_is_unknown(workspace: Workspace) -> None:
    assert whose(workspace, workspace.agent("ada"), "a.py") == "unknown"


def test_a_subagent_shares_its_parents_files(workspace: Workspace) -> None:
    workspace.plan(task("A", "src/**"))
    ada = workspace.agent("ada")
    workspace.claimed(ada, "A")
    edited(workspace, ada, "other.py")
    sub = workspace.subagent("ada", "one")
    assert [whose(workspace, sub, path) for path in ("src/api.py", "other.py")] == ["own", "own"]


def test_a_holder_that_ended_or_fell_silent_is_named_as_such(workspace: Workspace) -> None:
    workspace.plan(task("A", "src/a/**"), task("B", "src/b/**"))
    ada, bob = workspace.agent("ada"), workspace.agent("bob")
    workspace.claimed(ada, "A")
    workspace.claimed(bob, "B")
    edited(workspace, ada, "src/a/x.py")
    workspace.leaves("ada")
    [suspect] = judged(workspace, bob, "src/a/x.py").suspects
    assert (suspect.whose, suspect.task, suspect.stopped) == ("foreign", "A", "has ended")
    assert suspect.last_edit is not None
    workspace.clock.advance(LEASE + 1)
    [suspect] = judged(workspace, workspace.agent("eve"), "src/b/x.py").suspects
    assert (suspect.holder, suspect.stopped) == ("bob", "has not been seen for longer than its lease lasts")


def kill(workspace: Workspace, agent_id: int) -> None:
    """Its process is gone, and nobody has noticed yet."""
    with workspace.store.writing() as books:
        process = books.agents.get(agent_id).process
        assert process is not None
    workspace.processes.gone.add(process)


def test_a_holder_whose_process_is_gone_has_ended_before_its_lease_expires(workspace: Workspace) -> None:
    workspace.plan(task("A", "src/**"))
    ada, bob = workspace.agent("ada", pid=7), workspace.agent("bob")
    client = workspace.processes.identify(7)  # a subagent lives in the process of its session
    sub = workspace.recognise(Caller("ada", "one", "worker", process=client))
    workspace.claimed(ada, "A")
    edited(workspace, sub, "lib.py")
    assert judged(workspace, bob, "src/x.py").suspects[0].stopped is None
    assert whose(workspace, bob, "lib.py") == "foreign"
    kill(workspace, ada)
    [suspect] = judged(workspace, bob, "src/x.py").suspects
    assert (suspect.whose, suspect.task, suspect.stopped) == ("foreign", "A", "has ended")
    assert whose(workspace, bob, "lib.py") == "unknown", "a subagent dies with its parent"


@pytest.mark.parametrize("how", ["done", "released"])
def test_a_task_that_ended_with_the_file_broken_is_no_longer_its_holders(
    workspace: Workspace, how: Literal["done", "released"]
) -> None:
    workspace.plan(task("A", "src/**"), task("B", "docs/**"))
    ada, bob = workspace.agent("ada"), workspace.agent("bob")
    workspace.claimed(bob, "B")
    workspace.claimed(ada, "A")
    edited(workspace, ada, "src/x.py")
    workspace.clock.advance(2)
    update_task(workspace.place, ada, "A", status=how)
    [suspect] = judged(workspace, bob, "src/x.py").nobodys
    assert suspect.left is not None
    assert (suspect.whose, suspect.barred) == ("unknown", True)
    assert (suspect.left.task, suspect.left.how, suspect.left.holder) == ("A", how, "ada")


def test_whoever_edits_after_a_task_ended_is_editing(workspace: Workspace) -> None:
    workspace.plan(task("A", "src/**"))
    ada, bob, eve = workspace.agent("ada"), workspace.agent("bob"), workspace.agent("eve")
    workspace.claimed(ada, "A")
    update_task(workspace.place, ada, "A", status="done")
    workspace.clock.advance(2)
    edited(workspace, eve, "src/x.py")
    [suspect] = judged(workspace, bob, "src/x.py").suspects
    assert (suspect.whose, suspect.holder, suspect.left) == ("foreign", "eve", None)


def test_whoever_holds_another_task_by_now_is_not_editing_any_more(workspace: Workspace) -> None:
    workspace.plan(task("A", "docs/**"))
    ada, bob = workspace.agent("ada"), workspace.agent("bob")
    edited(workspace, ada, "lib.py")
    assert whose(workspace, bob, "lib.py") == "foreign"
    workspace.claimed(ada, "A")
    assert whose(workspace, bob, "lib.py") == "unknown"


def test_a_broken_file_of_nobody_bars_only_whoever_has_another_scope(workspace: Workspace) -> None:
    workspace.plan(task("A", "docs/**"))
    ada, bob = workspace.agent("ada"), workspace.agent("bob")
    workspace.claimed(ada, "A")
    assert [suspect.path for suspect in judged(workspace, ada, "lib.py").nobodys] == ["lib.py"]
    assert judged(workspace, bob, "lib.py").nobodys == []


def test_a_path_excluded_from_an_expired_scope_is_not_its_holders(workspace: Workspace) -> None:
    workspace.plan(task("A", "src/**", "!src/b/**"))
    workspace.claimed(workspace.agent("ada"), "A")
    workspace.leaves("ada")
    assert whose(workspace, workspace.agent("bob"), "src/b/x.py") == "unknown"


def test_the_verdict_is_on_all_files_together(workspace: Workspace) -> None:
    workspace.plan(task("A", "a/**"), task("B", "b/**"))
    ada, bob = workspace.agent("ada"), workspace.agent("bob")
    workspace.claimed(ada, "A")
    workspace.claimed(bob, "B")
    verdicts = {
        ("b/x",): "foreign",
        ("b/x", "b/y"): "foreign",
        ("b/x", "a/x"): "mixed",
        ("b/x", "c/x"): "mixed",
        ("a/x", "c/x"): "own",
        ("c/x",): "unknown",
        (): "unknown",
    }
    assert {paths: judged(workspace, ada, *paths).verdict for paths in verdicts} == verdicts
    mixed = judged(workspace, ada, "b/x", "a/x", "c/x")
    assert ([suspect.path for suspect in mixed.foreign], mixed.own) == (["b/x"], ["a/x"])
