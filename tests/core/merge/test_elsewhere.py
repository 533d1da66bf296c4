"""Conflicts with what agents on other machines have pushed are found, and both are notified, once."""

from __future__ import annotations

from pathlib import Path

import pytest

from mcp_server.core.merge.rounds import go_round
from tests.adapters.git_repositories import git
from tests.core.machines.two_machines import Machine, Team
from tests.workspace import task

MINUTE = 60.0


class Both:
    """Ada works on A `here`, ben on B `there`; both change the first line of README.md, and ada has pushed that."""

    def __init__(self, folder: Path) -> None:
        self.team = Team(folder)
        self.here, self.there = self.team.here, self.team.there
        self.here.workspace.plan(task("A", "src/a/**", "README.md"), task("B", "src/b/**"))
        self.ada, self.tree = self._works(self.here, "ada", "A", "hers\n")
        git(self.tree, "push", "--quiet", "origin", "HEAD")
        self.team.carry(self.here, self.there)
        self.ben, self.other = self._works(self.there, "ben", "B", "his\n")

    def _works(self, machine: Machine, name: str, task_id: str, text: str) -> tuple[int, Path]:
        tree = machine.worktree(task_id)
        agent = machine.workspace.agent(name, worktree=str(tree))
        machine.workspace.claimed(agent, task_id)
        machine.commit(tree, "README.md", text)
        return agent, tree


@pytest.fixture
def both(tmp_path: Path) -> Both:
    return Both(tmp_path)


def test_a_conflict_with_a_pushed_branch_of_another_machine_is_told_to_both(both: Both) -> None:
    found = go_round(both.there.place, both.there.search)
    assert (found.compared, found.trouble) == (True, None)
    [told] = both.there.workspace.inbox(both.ben)
    assert told.subject == "urgent: conflict with ada@here on README.md, line 1"
    assert "git merge origin/A-work-on-a" in told.body
    [said] = both.there.workspace.inbox(both.ada)
    assert said.subject == "urgent: conflict with ben@there on README.md, line 1"
    assert "git merge origin/B-work-on-b, once it is pushed" in said.body


def test_the_other_machine_that_finds_it_as_well_tells_nobody_again(both: Both) -> None:
    go_round(both.there.place, both.there.search)
    git(both.other, "push", "--quiet", "origin", "HEAD")
    both.team.carry(both.there, both.here)
    assert go_round(both.here.place, both.here.search).compared
    assert len(both.here.workspace.inbox(both.ada)) == len(both.here.workspace.inbox(both.ben)) == 1
    with both.here.workspace.store.reading() as books:
        assert [known.conflict.path for known in books.conflicts.all()] == ["README.md"]


def test_nothing_is_compared_again_until_a_branch_has_moved(both: Both) -> None:
    assert go_round(both.there.place, both.there.search).compared
    both.there.workspace.clock.advance(MINUTE)
    assert not go_round(both.there.place, both.there.search).compared
    both.here.commit(both.tree, "src/a/x")
    git(both.tree, "push", "--quiet", "origin", "HEAD")
    both.there.workspace.clock.advance(MINUTE)
    assert go_round(both.there.place, both.there.search).compared


def test_without_work_on_other_machines_nothing_is_fetched(both: Both) -> None:
    assert go_round(both.here.place, both.here.search) == go_round(both.here.place, both.here.search)
    assert not (both.here.root / ".git/interlock/fetch").exists()


def test_work_that_arrives_frees_what_waited_for_it_in_the_same_round(both: Both) -> None:
    both.here.workspace.plan(task("C", "docs/**", depends_on=["A"]))
    both.here.finish(both.ada, "A")
    both.here.merged("A", push=True)
    both.team.carry(both.here, both.there)
    with both.there.workspace.store.reading() as books:
        assert books.unmerged.of("A") is None
    assert both.there.workspace.task("C").ready
