"""Expiry: no lease is taken from an active agent, and none is kept by one that has ended."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mcp_server.core.agents import register
from mcp_server.core.leases import lock
from mcp_server.core.leases.lock import Busy, Locked
from mcp_server.core.leases.lost import notify_losses
from mcp_server.core.tasks import update
from mcp_server.domain.errors import NotHolder
from tests.workspace import LEASE, START_TIME, Workspace, task

PID = 4711


def falls_silent(workspace: Workspace) -> None:
    workspace.clock.advance(LEASE)


def ends(workspace: Workspace) -> None:
    workspace.leaves("ada")


def is_killed(workspace: Workspace) -> None:
    workspace.kill(PID)


FREE = pytest.mark.parametrize("vanishes", [falls_silent, ends, is_killed])


def holding(workspace: Workspace) -> tuple[int, int]:
    """Ada works on A; Bob waits."""
    workspace.plan(task("A", "src/**", resources=["db"]))
    ada = workspace.agent("ada", pid=PID)
    workspace.claimed(ada, "A")
    return ada, workspace.agent("bob", pid=PID + 1)


@FREE
def test_what_its_holder_left_is_claimed_by_the_next_comer(
    workspace: Workspace, vanishes: Callable[[Workspace], None]
) -> None:
    ada, bob = holding(workspace)
    first = workspace.leases(ada)[0].token
    vanishes(workspace)
    claimed = workspace.claimed(workspace.agent("bob", pid=PID + 1))
    assert (claimed.task.id, claimed.taken_from) == ("A", "ada")
    assert claimed.token > first
    assert workspace.leases(ada) == []
    assert [lease.subject for lease in workspace.leases(bob)] == ["A", "db"]


@FREE
def test_a_named_task_is_taken_over_as_well(workspace: Workspace, vanishes: Callable[[Workspace], None]) -> None:
    _, bob = holding(workspace)
    vanishes(workspace)
    assert workspace.claimed(bob, "A").taken_from == "ada"


@FREE
def test_an_overlapping_claim_takes_the_ground_and_the_task_is_to_do_again(
    workspace: Workspace, vanishes: Callable[[Workspace], None]
) -> None:
    ada, bob = holding(workspace)
    workspace.plan(task("B", "src/b", priority=9))
    vanishes(workspace)
    assert workspace.claimed(bob, "B").taken_from is None
    assert workspace.task("A").status == "todo"
    assert workspace.task("A").token is None
    assert workspace.rule(ada, "src/a") == "taken_over"
    assert workspace.refused(workspace.agent("cleo"), "A").reason == "overlap"


@FREE
def test_a_lock_of_an_agent_that_left_is_taken_over(
    workspace: Workspace, vanishes: Callable[[Workspace], None]
) -> None:
    ada, bob = holding(workspace)
    vanishes(workspace)
    assert isinstance(lock.lock_resource(workspace.place, bob, "db"), Locked)
    assert [lease.subject for lease in workspace.leases(ada)] == ["A"]


@FREE
def test_a_path_lock_takes_the_ground_of_an_agent_that_left(
    workspace: Workspace, vanishes: Callable[[Workspace], None]
) -> None:
    ada, bob = holding(workspace)
    vanishes(workspace)
    assert isinstance(lock.lock_resource(workspace.place, bob, "path:src/x"), Locked)
    assert workspace.task("A").status == "todo"
    assert workspace.rule(ada, "src/y") == "taken_over"


@FREE
def test_a_wider_scope_is_granted_over_the_ground_of_an_agent_that_left(
    workspace: Workspace, vanishes: Callable[[Workspace], None]
) -> None:
    ada, bob = holding(workspace)
    workspace.plan(task("B", "lib"))
    workspace.claimed(bob, "B")
    vanishes(workspace)
    workspace.agent("bob", pid=PID + 1)
    outcome = update.update_task(workspace.place, bob, "B", widen=["src/x"])
    assert isinstance(outcome, update.Updated), outcome
    assert outcome.task.scope == ("lib", "src/x")
    assert workspace.rule(ada, "src/y") == "taken_over"


@FREE
def test_anybody_may_change_the_task_of_an_agent_that_left(
    workspace: Workspace, vanishes: Callable[[Workspace], None]
) -> None:
    ada, bob = holding(workspace)
    vanishes(workspace)
    outcome = update.update_task(workspace.place, bob, "A", status="done")
    assert isinstance(outcome, update.Updated)
    assert outcome.task.status == "done"
    assert workspace.rule(ada, "src/y") == "taken_over"


def test_a_live_lease_is_never_taken(workspace: Workspace) -> None:
    ada, bob = holding(workspace)
    workspace.plan(task("B", "src/b"))
    for _ in range(20):
        workspace.clock.advance(LEASE - 1)
        workspace.agent("ada", pid=PID)
        workspace.agent("bob", pid=PID + 1)
        assert workspace.refused(bob, "A").reason == "held"
        assert workspace.refused(bob, "B").reason == "overlap"
        assert workspace.refused(bob).reason == "nothing_ready"
        assert isinstance(lock.lock_resource(workspace.place, bob, "db"), Busy)
    assert len(workspace.leases(ada)) == 2
    assert workspace.events("taken_over") == []


def test_a_lease_is_live_until_its_very_end(workspace: Workspace) -> None:
    _, bob = holding(workspace)
    workspace.clock.advance(LEASE - 0.001)
    assert workspace.refused(bob, "A").reason == "held"
    workspace.clock.advance(0.001)
    assert workspace.claimed(bob, "A").taken_from == "ada"


def test_any_write_renews_the_claim(workspace: Workspace) -> None:
    ada, bob = holding(workspace)
    for _ in range(3):
        workspace.clock.advance(LEASE - 1)
        assert workspace.rule(ada, "src/a") == "own"
    assert workspace.refused(bob, "A").reason == "held"


def test_an_expired_claim_that_nobody_took_is_renewed(workspace: Workspace) -> None:
    ada, bob = holding(workspace)
    workspace.clock.advance(10 * LEASE)
    assert workspace.rule(ada, "src/a") == "own"
    assert workspace.refused(bob, "A").reason == "held"


def test_a_task_that_was_offered_is_no_longer_when_its_holder_is_back(workspace: Workspace) -> None:
    _, bob = holding(workspace)
    workspace.plan(task("B", "src/b", priority=9))
    workspace.clock.advance(LEASE)
    with workspace.store.writing() as books:
        from mcp_server.core.leases.expire import offer_expired

        offer_expired(books)
        assert [ready.id for ready in books.tasks.ready(9)] == ["B", "A"]
    workspace.agent("ada", pid=PID)
    assert workspace.refused(bob, "A").reason == "held"


def test_a_session_that_resumes_before_a_takeover_finds_its_claim(workspace: Workspace) -> None:
    ada, bob = holding(workspace)
    workspace.leaves("ada")
    assert workspace.agent("ada", pid=PID + 5) == ada
    assert workspace.claimed(ada, "A").token == workspace.leases(ada)[0].token
    assert workspace.refused(bob, "A").reason == "held"


def test_the_former_holder_is_refused_until_it_is_notified(workspace: Workspace) -> None:
    ada, bob = holding(workspace)
    workspace.clock.advance(LEASE)
    workspace.claimed(bob, "A")
    for path in ("src/a", "elsewhere"):
        decision = workspace.writes(ada, path)
        assert (decision.allowed, decision.rule) == (False, "taken_over")
        assert "A was taken over by bob at 2027-01-15T08:30:00Z" in decision.reason
    with workspace.store.writing() as books:
        said = notify_losses(books, books.agents.get(ada))
    assert said is not None
    assert "A was taken over by bob at 2027-01-15T08:30:00Z" in said
    assert workspace.rule(ada, "src/a") == "held"
    assert workspace.rule(ada, "elsewhere") == "free"


def test_being_active_again_does_not_bring_back_what_was_taken(workspace: Workspace) -> None:
    ada, bob = holding(workspace)
    workspace.clock.advance(LEASE)
    token = workspace.claimed(bob, "A").token
    workspace.agent("ada", pid=PID)
    assert workspace.rule(ada, "src/a") == "taken_over"
    assert workspace.refused(ada, "A").holder == "bob"
    with pytest.raises(NotHolder, match="bob holds A"):
        update.update_task(workspace.place, ada, "A", status="done")
    assert lock.unlock_resource(workspace.place, ada, "db").reason == "bob holds db, not you"
    assert [lease.token for lease in workspace.leases(bob)][0] == token


def test_both_sides_of_a_takeover_get_a_message_and_the_log_an_event(workspace: Workspace) -> None:
    ada, bob = holding(workspace)
    workspace.clock.advance(LEASE)
    workspace.claimed(bob, "A")
    (lost, *_), (won, *_) = workspace.inbox(ada), workspace.inbox(bob)
    assert lost.sender is won.sender is None
    assert lost.subject == "your claim on A was taken over by bob"
    assert won.subject == "you took A over from ada"
    assert "src/**" in won.body
    assert "2027-01-15T08:00:00Z" in won.body
    taken = [(event.agent, event.subject, event.detail) for event in workspace.events("taken_over")]
    assert ("bob", "A", "from ada") in taken


def test_the_locks_that_came_with_a_task_go_with_its_claim(workspace: Workspace) -> None:
    ada, bob = holding(workspace)
    workspace.plan(task("B", "src/b"))
    workspace.clock.advance(LEASE)
    workspace.claimed(bob, "B")
    workspace.agent("ada", pid=PID)
    assert workspace.leases(ada) == []
    assert isinstance(lock.lock_resource(workspace.place, workspace.agent("cleo"), "db"), Locked)


def test_a_killed_agent_takes_its_subagents_with_it(workspace: Workspace) -> None:
    holding(workspace)
    workspace.plan(task("B", "lib"))
    sub = workspace.subagent("ada", "one")
    workspace.claimed(sub, "B")
    workspace.kill(PID)
    assert workspace.claimed(workspace.agent("bob"), "B").taken_from == "ada/worker-1"


def test_a_process_of_which_nothing_is_known_keeps_its_lease(workspace: Workspace) -> None:
    workspace.plan(task("A", "src"))
    workspace.claimed(workspace.agent("ada"), "A")
    workspace.kill(PID)
    assert workspace.refused(workspace.agent("bob"), "A").reason == "held"


def test_a_session_that_moved_to_another_process_does_not_die_with_the_first(workspace: Workspace) -> None:
    ada, bob = holding(workspace)
    assert workspace.agent("ada", pid=99) == ada
    workspace.kill(PID)
    assert workspace.refused(bob, "A").reason == "held"


def test_an_agent_that_ended_is_in_the_log_with_the_reason(workspace: Workspace) -> None:
    holding(workspace)
    workspace.leaves("ada")
    workspace.leaves("ada")
    assert [(event.agent, event.subject, event.detail) for event in workspace.events("ended")] == [
        ("ada", "ada", "done here")
    ]


def test_the_end_of_a_stranger_changes_nothing(workspace: Workspace) -> None:
    before = workspace.dump()
    with workspace.store.writing() as books:
        assert register.leave(books, "who", "logout") is None
    assert workspace.dump() == before


def test_a_note_on_the_task_of_a_silent_agent_does_not_lose_the_task(workspace: Workspace) -> None:
    _, bob = holding(workspace)
    workspace.clock.advance(LEASE)
    update.update_task(workspace.place, bob, "A", note="seen half of it in src/a.py")
    claimed = workspace.claimed(bob, "A")
    assert [note.text for note in claimed.notes] == ["seen half of it in src/a.py"]
    assert claimed.expires_at == START_TIME + 2 * LEASE
