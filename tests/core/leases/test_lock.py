"""Locking: one holder at a time, named in every refusal, and released by nobody else."""

from __future__ import annotations

import math

import pytest

from mcp_server.core.leases.lock import Busy, Locked, lock_resource, unlock_resource
from mcp_server.core.tasks import update
from mcp_server.domain.errors import Misuse
from tests.workspace import START_TIME, Workspace, task


def lock(workspace: Workspace, agent_id: int, resource: str, **options: float) -> Locked:
    outcome = lock_resource(workspace.place, agent_id, resource, **options)  # type: ignore[arg-type]
    assert isinstance(outcome, Locked), outcome
    return outcome


def busy(workspace: Workspace, agent_id: int, resource: str) -> Busy:
    outcome = lock_resource(workspace.place, agent_id, resource)
    assert isinstance(outcome, Busy), outcome
    return outcome


def test_a_free_resource_is_locked_for_the_minutes_asked(workspace: Workspace) -> None:
    ada = workspace.agent("ada")
    locked = lock(workspace, ada, "port:3000", minutes=2)
    assert locked.expires_at == START_TIME + 120
    assert [(lease.token, lease.resource, lease.seconds) for lease in workspace.leases(ada)] == [
        (locked.token, "port:3000", 120)
    ]


def test_a_held_resource_is_refused_with_holder_purpose_and_times(workspace: Workspace) -> None:
    ada, bob = workspace.agent("ada"), workspace.agent("bob")
    lock_resource(workspace.place, ada, "staging-db", purpose="migration", minutes=10)
    workspace.clock.advance(60)
    refused = busy(workspace, bob, "staging-db")
    doing = " (last active 60 s ago)"
    assert refused == Busy("ada", START_TIME, "migration", START_TIME + 600, "staging-db", None, doing)


def test_an_agent_that_was_refused_a_lock_waits_for_its_holder(workspace: Workspace) -> None:
    ada, bob = workspace.agent("ada"), workspace.agent("bob")
    lock(workspace, ada, "db")
    busy(workspace, bob, "db")
    workspace.clock.advance(3)
    busy(workspace, bob, "db")
    with workspace.store.reading() as books:
        want = books.agents.get(bob).want
        assert want is not None
        assert want[:3] == ("db", "ada", START_TIME)
    unlock_resource(workspace.place, ada, "db")
    lock(workspace, bob, "db")
    with workspace.store.reading() as books:
        assert books.agents.get(bob).want is None


def test_locking_again_what_one_holds_renews_it_under_the_same_token(workspace: Workspace) -> None:
    ada = workspace.agent("ada")
    first = lock(workspace, ada, "db")
    workspace.clock.advance(60)
    again = lock(workspace, ada, "db")
    assert (again.token, again.expires_at) == (first.token, first.expires_at + 60)
    assert [lease.expires_at for lease in workspace.leases(ada)] == [again.expires_at]


def test_a_lock_lasts_as_long_as_it_says_also_after_waiting_for_it(workspace: Workspace) -> None:
    ada = workspace.agent("ada")
    workspace.clock.advance(59)
    locked = lock(workspace, ada, "db", minutes=0.5)
    (lease,) = workspace.leases(ada)
    assert lease.expires_at == locked.expires_at == START_TIME + 89
    assert isinstance(lock_resource(workspace.place, workspace.agent("bob"), "db"), Busy)


def test_a_lock_is_kept_by_being_active(workspace: Workspace) -> None:
    ada, bob = workspace.agent("ada"), workspace.agent("bob")
    lock(workspace, ada, "db", minutes=1)
    for _ in range(5):
        workspace.clock.advance(59)
        workspace.agent("ada")
    assert busy(workspace, bob, "db").holder == "ada"


def test_unlocking_gives_the_resource_to_the_next(workspace: Workspace) -> None:
    ada, bob = workspace.agent("ada"), workspace.agent("bob")
    first = lock(workspace, ada, "db")
    assert unlock_resource(workspace.place, ada, "db") == (True, None)
    assert lock(workspace, bob, "db").token > first.token


def holding_twice(workspace: Workspace) -> int:
    """Ada holds the database because she asked for a minute of it, and because her task needs it."""
    workspace.plan(task("A", "src", resources=["db"]))
    ada = workspace.agent("ada", pid=7)
    lock(workspace, ada, "db", minutes=1)
    workspace.claimed(ada, "A")
    return ada


def test_a_resource_that_is_held_twice_is_kept_as_long_as_the_longer_lease(workspace: Workspace) -> None:
    ada = holding_twice(workspace)
    workspace.clock.advance(60)
    assert busy(workspace, workspace.agent("bob"), "db").holder == "ada"
    update.update_task(workspace.place, ada, "A", status="done")
    workspace.agent("ada")
    assert busy(workspace, workspace.agent("bob"), "db").holder == "ada"


def test_a_resource_that_is_held_twice_is_taken_over_as_a_whole(workspace: Workspace) -> None:
    ada = holding_twice(workspace)
    bob, cleo = workspace.agent("bob"), workspace.agent("cleo")
    workspace.kill(7)
    lock(workspace, bob, "db")
    assert busy(workspace, cleo, "db").holder == "bob"
    assert [lease.subject for lease in workspace.leases(ada)] == ["A"]


def test_a_resource_that_is_held_twice_is_unlocked_as_a_whole(workspace: Workspace) -> None:
    ada = holding_twice(workspace)
    assert unlock_resource(workspace.place, ada, "db").released
    lock(workspace, workspace.agent("bob"), "db")


def test_a_late_release_changes_nothing(workspace: Workspace) -> None:
    ada, bob = workspace.agent("ada"), workspace.agent("bob")
    lock(workspace, ada, "db", minutes=1)
    workspace.clock.advance(60)
    workspace.agent("bob")
    lock(workspace, bob, "db")
    unlocked = unlock_resource(workspace.place, ada, "db")
    assert unlocked == (False, "bob holds db, not you")
    assert [lease.subject for lease in workspace.leases(bob)] == ["db"]


def test_unlocking_what_nobody_holds_says_so(workspace: Workspace) -> None:
    assert unlock_resource(workspace.place, workspace.agent("ada"), "db") == (False, "nobody holds db")


def test_a_lock_can_be_taken_by_force_and_its_holder_is_notified(workspace: Workspace) -> None:
    ada, bob = workspace.agent("ada"), workspace.agent("bob")
    lock(workspace, ada, "db")
    assert unlock_resource(workspace.place, bob, "db", force=True).released
    assert workspace.leases() == []
    assert workspace.rule(ada, "any") == "taken_over"
    assert "db was released by bob" in workspace.inbox(ada)[0].subject


def test_a_path_lock_lets_its_holder_write_outside_its_scope_and_nobody_else(workspace: Workspace) -> None:
    workspace.plan(task("A", "src"), task("B", "lib"))
    ada, bob, cleo = workspace.agent("ada"), workspace.agent("bob"), workspace.agent("cleo")
    workspace.claimed(ada, "A")
    workspace.claimed(bob, "B")
    assert workspace.rule(ada, "package.json") == "outside"
    lock(workspace, ada, "path:package.json")
    assert workspace.rule(ada, "package.json") == "own"
    assert workspace.rule(ada, "src/a") == "own"
    assert [workspace.rule(other, "package.json") for other in (bob, cleo)] == ["held", "held"]
    unlock_resource(workspace.place, ada, "path:package.json")
    assert workspace.rule(ada, "package.json") == "outside"
    assert workspace.rule(cleo, "package.json") == "free"


def test_a_path_lock_is_granted_only_where_nobody_else_holds_anything(workspace: Workspace) -> None:
    workspace.plan(task("A", "src/**"))
    ada, bob = workspace.agent("ada"), workspace.agent("bob")
    workspace.claimed(ada, "A")
    refused = busy(workspace, bob, "path:**/package.json")
    assert (refused.holder, refused.resource, refused.purpose) == ("ada", "A", "task A")
    assert refused.example is not None
    assert refused.example.endswith("package.json")
    lock(workspace, bob, "path:package.json")
    assert busy(workspace, ada, "path:*.json").resource == "path:package.json"


def test_a_path_lock_may_be_inside_the_agents_own_claim(workspace: Workspace) -> None:
    workspace.plan(task("A", "src/**"))
    ada = workspace.agent("ada")
    workspace.claimed(ada, "A")
    lock(workspace, ada, "path:src/x")


def test_two_spellings_of_one_pattern_are_one_resource(workspace: Workspace) -> None:
    ada, bob = workspace.agent("ada"), workspace.agent("bob")
    lock(workspace, ada, "path: ./package.json ")
    assert [lease.resource for lease in workspace.leases(ada)] == ["path:package.json"]
    assert busy(workspace, bob, "path:package.json").holder == "ada"
    assert unlock_resource(workspace.place, ada, "  path:./package.json").released


@pytest.mark.parametrize(
    ("resource", "words"),
    [
        ("", "resource is empty"),
        ("  ", "resource is empty"),
        ("a\nb", "can't be shown on one line"),
        ("a\0b", "can't be shown on one line"),
        ("a\ud800b", "can't be shown on one line"),
        ("x" * 1_000_000, "has 1,000,000 characters"),
        ("x" * 201, "has 201 characters"),
        ("path:", "is empty"),
        ("path:../x", r"\.\."),
        ("path:[a", r"\["),
        ("path:!x", "takes away from nothing"),
        ("path:" + "x" * 1_000_000, "characters"),
    ],
)
def test_an_invalid_resource_is_refused_and_nothing_is_changed(workspace: Workspace, resource: str, words: str) -> None:
    ada = workspace.agent("ada")
    before = workspace.dump()
    with pytest.raises(Misuse, match=words) as refused:
        lock_resource(workspace.place, ada, resource)
    with pytest.raises(Misuse):
        unlock_resource(workspace.place, ada, resource)
    assert len(str(refused.value)) < 400
    assert workspace.dump() == before


@pytest.mark.parametrize("minutes", [0, -1, -1e300, math.nan, math.inf, -math.inf, 24 * 60 + 1, 1e300])
def test_minutes_that_make_no_sense_are_refused(workspace: Workspace, minutes: float) -> None:
    ada = workspace.agent("ada")
    before = workspace.dump()
    with pytest.raises(Misuse, match="minutes must be more than 0 and at most 1440"):
        lock_resource(workspace.place, ada, "db", minutes=minutes)
    assert workspace.dump() == before


@pytest.mark.parametrize("purpose", ["a\nb", "x" * 1_000_000, "a\0b", "\ud800"])
def test_a_purpose_that_cannot_be_shown_is_refused(workspace: Workspace, purpose: str) -> None:
    with pytest.raises(Misuse, match="purpose"):
        lock_resource(workspace.place, workspace.agent("ada"), "db", purpose=purpose)
    assert workspace.leases() == []
