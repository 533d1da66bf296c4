"""What depends on work of one machine waits, on every machine, until all of them can have it."""

from __future__ import annotations

from pathlib import Path

import pytest

from mcp_server.core.machines import arrivals
from mcp_server.core.worktrees import remove
from tests.adapters.git_repositories import git
from tests.core.machines.two_machines import Team
from tests.git_workspace import GitWorkspace
from tests.workspace import task


@pytest.fixture
def team(tmp_path: Path) -> Team:
    """Two machines; B depends on A, which ada does on the first."""
    made = Team(tmp_path)
    made.here.workspace.plan(task("A", "src/a/**"), task("B", "src/b/**", depends_on=["A"]))
    return made


def ada_did_it(team: Team, *, done: bool = True) -> Path:
    """Ada has worked on A in a worktree on `here`."""
    tree = team.here.worktree("A")
    ada = team.here.workspace.agent("ada", worktree=str(tree))
    team.here.workspace.claimed(ada, "A")
    team.here.commit(tree, "src/a/x")
    if done:
        team.here.finish(ada, "A")
    return tree


def is_ready(team: Team) -> tuple[bool, bool]:
    """Whether B may be claimed, as both machines know it."""
    team.carry(team.here, team.there)
    return team.here.workspace.task("B").ready, team.there.workspace.task("B").ready


def test_a_worktree_for_a_task_is_known_everywhere_from_its_beginning(team: Team) -> None:
    ada_did_it(team, done=False)
    team.carry(team.here, team.there)
    assert team.there.unmerged() == team.here.unmerged() == {"A": ("here", None)}


def test_done_is_not_enough_nor_merged_but_pushed_is(team: Team) -> None:
    ada_did_it(team)
    assert is_ready(team) == (False, False)
    merged = team.here.merged("A")
    assert merged.ready == ()
    assert team.here.unmerged() == {"A": ("here", team.here.head())}
    assert is_ready(team) == (False, False)
    git(team.here.root, "push", "--quiet", "origin", "main")
    assert arrivals.arrive(team.here.place) == ["B"]
    assert is_ready(team) == (True, True)
    assert team.here.unmerged() == {}


def test_the_refusal_says_on_which_machine_what_has_to_be_done(team: Team) -> None:
    ada_did_it(team)
    team.carry(team.here, team.there)
    ben = team.there.workspace.agent("ben")
    assert (
        "A is done on here but not merged yet: interlock merge A --push there."
        in team.there.workspace.refused(ben, "B").advice
    )
    team.here.merged("A")
    refused = team.here.workspace.refused(team.here.workspace.agent("pat"), "B")
    assert "A is done but not pushed to main yet" in refused.advice


def test_any_machine_that_has_fetched_it_sees_that_it_arrived(team: Team) -> None:
    ada_did_it(team)
    team.here.merged("A")
    git(team.here.root, "push", "--quiet", "origin", "main")
    team.carry(team.here, team.there)
    assert arrivals.arrive(team.there.place) == []
    git(team.there.root, "fetch", "--quiet")
    assert arrivals.arrive(team.there.place) == ["B"]
    ben = team.there.workspace.agent("ben")
    team.there.workspace.claimed(ben, "B")
    [message] = team.there.workspace.inbox(ben)
    assert message.subject == "A is merged and in origin/main: start from there"
    assert "git fetch origin, then git merge origin/main" in message.body


def test_work_that_was_squashed_on_a_web_page_has_arrived_once_it_is_fetched(team: Team) -> None:
    tree = ada_did_it(team)
    git(tree, "push", "--quiet", "origin", "HEAD")
    other = team.there.root
    git(other, "fetch", "--quiet")
    branch = git(tree, "symbolic-ref", "--short", "HEAD")
    git(other, "merge", "--quiet", "--squash", f"origin/{branch}")
    git(other, "commit", "--quiet", "--message=squashed")
    git(other, "push", "--quiet", "origin", "main")
    assert arrivals.arrive(team.here.place) == []
    git(team.here.root, "fetch", "--quiet")
    (tree / "more").write_text("not committed")
    assert arrivals.arrive(team.here.place) == []
    (tree / "more").unlink()
    assert arrivals.arrive(team.here.place) == ["B"]


def test_work_in_no_worktree_of_its_own_counts_the_same_if_it_is_in_the_scope(team: Team) -> None:
    ada = team.here.workspace.agent("ada", worktree=str(team.here.root))
    team.here.workspace.claimed(ada, "A")
    commit = team.here.commit(team.here.root, "src/a/x")
    outcome = team.here.finish(ada, "A")
    assert outcome.missing == "A is done but not pushed to main yet: git push"
    assert team.here.unmerged() == {"A": ("here", commit)}
    assert is_ready(team) == (False, False)
    git(team.here.root, "push", "--quiet", "origin", "main")
    assert arrivals.arrive(team.here.place) == ["B"]


def test_commits_outside_its_scope_keep_nobody_waiting(team: Team) -> None:
    ada = team.here.workspace.agent("ada", worktree=str(team.here.root))
    team.here.workspace.claimed(ada, "A")
    team.here.commit(team.here.root, "docs/x")
    assert team.here.finish(ada, "A").now_ready == ("B",)


def test_what_is_asked_to_be_reviewed_waits_for_the_push_as_well(team: Team) -> None:
    ada = team.here.workspace.agent("ada", worktree=str(team.here.root))
    team.here.workspace.claimed(ada, "A")
    team.here.commit(team.here.root, "src/a/x")
    team.here.move(ada, "A", "review")
    assert list(team.here.unmerged()) == ["A"]


def test_without_a_remote_merged_is_enough(team: Team) -> None:
    git(team.here.root, "remote", "remove", "origin")
    ada_did_it(team)
    assert team.here.workspace.task("B").ready is False
    assert team.here.merged("A").ready == ("B",)
    assert team.here.unmerged() == {}


def test_a_worktree_that_is_removed_unmerged_keeps_nobody_waiting_and_a_merged_one_until_it_is_pushed(
    team: Team,
) -> None:
    ada_did_it(team)
    team.here.merged("A")
    trees = GitWorkspace(team.here.workspace, team.here.root).trees()
    remove.remove_worktree(team.here.place, trees, "A")
    assert list(team.here.unmerged()) == ["A"]
    git(team.here.root, "push", "--quiet", "origin", "main")
    assert arrivals.arrive(team.here.place) == ["B"]


def test_a_worktree_that_is_thrown_away_takes_its_work_with_it(team: Team) -> None:
    ada_did_it(team)
    trees = GitWorkspace(team.here.workspace, team.here.root).trees()
    remove.remove_worktree(team.here.place, trees, "A", forced_by=team.here.workspace.agent("pat"))
    assert team.here.unmerged() == {}
    assert team.here.workspace.task("B").ready


def test_worktrees_from_before_the_state_was_shared_are_recorded_once(team: Team) -> None:
    ada_did_it(team)
    with team.here.workspace.store.writing() as books:
        books.unmerged.end("A")
    arrivals.adopt(team.here.place)
    assert team.here.unmerged() == {"A": ("here", None)}
