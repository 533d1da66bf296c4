"""A scope on another machine protects the merge, not the file; and an old mirror says since when nothing is known."""

from __future__ import annotations

import pytest

from mcp_server.core.agents.brief import briefing
from mcp_server.core.board.board import read_board
from mcp_server.core.board.snapshot import take_snapshot
from mcp_server.core.builds import blame
from mcp_server.core.builds.advice import advice_on
from mcp_server.core.builds.failures import messages_to_holders
from mcp_server.core.leases import lock
from mcp_server.core.tasks import update
from mcp_server.domain.decision import LONGEST_REASON
from tests.core.guard.test_shared_checkout import judged
from tests.workspace import START_TIME, Workspace, task

HOUR = 3600.0


@pytest.fixture
def ben(workspace: Workspace) -> int:
    """Holds `src` on another machine, in a folder of the same name as this one's checkout."""
    workspace.mirrors(host="here")
    workspace.plan(task("T3", "src/"), task("T4", "docs/"))
    agent = workspace.elsewhere("ben@build-2", worktree="/repository")
    workspace.claimed(agent, "T3")
    return agent


def test_a_path_in_a_scope_on_another_machine_is_refused_for_the_sake_of_the_merge(
    workspace: Workspace, ben: int
) -> None:
    assert ben
    decision = workspace.writes(workspace.agent("anna"), "src/a.py")
    assert (decision.rule, decision.holder, decision.task) == ("held", "ben@build-2", "T3")
    assert decision.reason.startswith(
        'src/a.py is in the scope of task T3 "Work on T3", which ben@build-2 holds on another machine since 2027-01-15'
    )
    assert ": your file is your own copy, but the merge would conflict. " in decision.reason
    assert 'send_message(to="ben@build-2")' in decision.reason
    assert "as known at" not in decision.reason


def test_while_the_database_cannot_be_reached_the_refusal_says_since_when_nothing_is_known(
    workspace: Workspace, ben: int
) -> None:
    assert ben
    anna = workspace.agent("anna")
    workspace.clock.advance(HOUR)
    workspace.mirrored(as_of=START_TIME, trouble="connection refused")
    reason = workspace.writes(anna, "src/a.py").reason
    assert "(as known at 08:00 UTC; the database can't be reached)" in reason
    assert len(workspace.writes(anna, "src/" + "a" * 500).reason) <= LONGEST_REASON


def test_a_path_lock_on_another_machine_is_named_as_one(workspace: Workspace, ben: int) -> None:
    lock.lock_resource(workspace.place, ben, "path:package.json")
    reason = workspace.writes(workspace.agent("anna"), "package.json").reason
    assert "is covered by lock path:package.json, which ben@build-2 holds on another machine" in reason


def test_an_agent_of_this_machine_is_named_as_ever(workspace: Workspace, ben: int) -> None:
    assert ben
    workspace.claimed(workspace.agent("carl"), "T4")
    reason = workspace.writes(workspace.agent("anna"), "docs/a.md").reason
    assert reason.startswith('docs/a.md is held by carl@here: task T4 "Work on T4"')


def test_git_in_this_checkout_concerns_nobody_on_another_machine(workspace: Workspace, ben: int) -> None:
    anna = workspace.agent("anna")
    workspace.claimed(anna, "T4")
    assert judged(workspace, anna, "stash", ["src/a.py"]) == (None, 0)
    with workspace.store.reading() as books:
        assert list(books.guard.beside("/repository", (anna,))) == []
        occupant = books.guard.occupant("/repository", (anna,))
        assert occupant is not None
        assert occupant.name == "planner@here"
        assert ben not in [agent.id for agent in books.agents.in_worktree("/repository")]
        assert books.agents.get(ben).worktree == "build-2:/repository"


def test_work_that_waits_for_review_on_another_machine_is_in_no_checkout_here(workspace: Workspace, ben: int) -> None:
    update.update_task(workspace.place, ben, "T3", status="review", note="done")
    workspace.change("UPDATE review SET worktree = ?", ("/repository",))
    with workspace.store.reading() as books:
        [review] = books.reviews.waiting(9)
        assert review.worktree == "build-2:/repository"
        assert list(books.guard.beside("/repository", ())) == []


def test_an_error_in_a_file_held_on_another_machine_is_nothing_to_wait_for(workspace: Workspace, ben: int) -> None:
    assert ben
    anna = workspace.agent("anna")
    with workspace.store.reading() as books:
        rights = books.guard.rights_of(anna, None)
        judgement = blame.judge(books, rights, {"src/a.py": ["src/a.py:1: no"]})
    advice = advice_on(judgement, workspace.clock.now, attempts=5)
    assert "which ben@build-2 (task T3) holds on another machine." in advice
    assert "waiting will not fix it" in advice
    assert list(messages_to_holders(judgement, waiting="anna", command="make", attempts=1)) == []


def test_boards_and_the_brief_say_how_old_the_mirror_is_and_what_goes_on(workspace: Workspace, ben: int) -> None:
    assert ben
    anna = workspace.agent("anna")
    assert read_board(workspace.place).notice is None
    assert take_snapshot(workspace.place).notice is None
    workspace.clock.advance(HOUR)
    workspace.mirrored(as_of=START_TIME, trouble="connection refused")
    said = read_board(workspace.place).notice or ""
    assert "Connection refused: what is said of other machines" in said
    assert "60 min ago" in said
    assert take_snapshot(workspace.place).notice == said
    with workspace.store.reading() as books:
        brief = briefing(books, books.agents.get(anna))
    assert said in brief
    assert len(brief) <= 1_050
