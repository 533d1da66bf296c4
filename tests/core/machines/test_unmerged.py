"""Work that is on another machine: who goes on with it is told where it is, who reviews it sees what was pushed."""

from __future__ import annotations

from pathlib import Path

import pytest

from mcp_server.adapters.git.review import GitWorks
from mcp_server.adapters.git.runner import GitRefused
from mcp_server.core.agents.register import Caller
from mcp_server.core.approval.waiting import one_waiting
from mcp_server.ports.reviews import Changes
from tests.adapters.git_repositories import git
from tests.core.machines.two_machines import Team
from tests.workspace import LEASE, task


@pytest.fixture
def team(tmp_path: Path) -> Team:
    """Ada works on A in a worktree on `here`, and has committed something."""
    made = Team(tmp_path)
    made.here.workspace.plan(task("A", "src/a/**"))
    tree = made.here.worktree("A")
    ada = made.here.workspace.agent("ada", worktree=str(tree))
    made.here.workspace.claimed(ada, "A")
    made.here.commit(tree, "src/a/x", "one\ntwo\n")
    git(tree, "push", "--quiet", "origin", "HEAD")
    return made


def ada_of(team: Team) -> int:
    with team.here.workspace.store.reading() as books:
        ada = books.agents.named("ada")
    assert ada is not None
    return ada.id


def test_whoever_takes_a_task_over_from_another_machine_is_told_where_its_work_is(team: Team) -> None:
    team.carry(team.here, team.there)
    team.there.workspace.clock.advance(LEASE + 1)
    team.there.workspace.mirrored()
    ben = team.there.workspace.agent("ben")
    team.there.workspace.claimed(ben, "A")
    team.there.workspace.claimed(ben, "A")
    told = [message for message in team.there.workspace.inbox(ben) if "was begun on" in message.subject]
    assert [message.subject for message in told] == ["A was begun on here, on the branch A-work-on-a"]
    assert "git fetch, then begin from origin/A-work-on-a" in told[0].body
    team.there.worktree("A")
    assert team.there.unmerged() == {"A": ("there", None)}


def test_a_review_on_another_machine_shows_what_was_pushed_once_it_is_fetched(
    team: Team, capfd: pytest.CaptureFixture[str]
) -> None:
    team.here.move(ada_of(team), "A", "review")
    team.carry(team.here, team.there)
    with team.here.workspace.store.reading() as books:
        [review] = books.reviews.waiting(9)
    with team.there.workspace.store.writing() as books:
        found = books.tasks.get("A")
        assert found is not None
        books.reviews.ask(found.seq, review.author, worktree=review.worktree, began_at=review.began_at)
    works = GitWorks(str(team.there.root), str(team.there.root / ".git/interlock"))
    begin = one_waiting(team.there.place, "A").begin
    assert (begin.host, begin.worktree) == ("here", None)
    assert works.changes(begin) is None
    with pytest.raises(GitRefused, match="the work is on here, and was not fetched"):
        works.show(begin, editor=False)
    git(team.there.root, "fetch", "--quiet")
    assert works.changes(begin) == Changes(1, 2, 0)
    assert works.show(begin, editor=False)
    assert "+one" in capfd.readouterr().out


def test_what_an_agent_here_has_done_again_and_pushed_keeps_nobody_waiting_and_a_person_has_to_force_it(
    team: Team,
) -> None:
    team.carry(team.here, team.there)
    team.there.workspace.clock.advance(LEASE + 1)
    team.there.workspace.mirrored()
    pat = team.there.workspace.recognise(Caller("person:pat", title="pat", kind="person", worktree="/elsewhere"))
    team.there.finish(pat, "A")
    assert list(team.there.unmerged()) == ["A"]
    ben = team.there.workspace.agent("ben", worktree=str(team.there.root))
    team.there.move(pat, "A", "released")
    team.there.workspace.claimed(ben, "A")
    team.there.commit(team.there.root, "src/a/x")
    team.there.finish(ben, "A")
    assert [host for host, _ in team.there.unmerged().values()] == ["there"]
    git(team.there.root, "push", "--quiet", "origin", "main")
    team.there.finish(ben, "A")
    assert team.there.unmerged() == {}
