"""The leases' book: who holds what, near which place, and what was lost."""

from __future__ import annotations

import pytest

from mcp_server.core.leases import lock
from mcp_server.core.tasks.update import update_task
from mcp_server.domain.agent import Agent
from mcp_server.domain.lease import Lease
from mcp_server.ports import Books, Store
from tests.workspace import START_TIME, Workspace, anchors, draft, task


def add(books: Books, name: str) -> Agent:
    return books.agents.add(f"s-{name}", name, "session", parent=None, process=None, worktree="")


def lay(books: Books, holder: int, *scope: str, seconds: float = 60) -> int:
    token = books.events.add("locked", scope[0])
    books.leases.grant(
        token,
        holder,
        task=None,
        resource=f"path:{scope[0]}",
        scope=scope,
        anchors=anchors(*scope),
        seconds=seconds,
        purpose="to edit",
    )
    return token


def claim(books: Books, holder: int, task_id: str) -> Lease:
    task = books.tasks.take(lambda _: True, task_id)
    assert task is not None
    token = books.events.add("claimed", task.id, id=task.token)
    books.leases.grant(
        token, holder, task=task, resource=None, scope=task.scope, anchors=task.anchors, seconds=60, purpose=None
    )
    lease = books.leases.get(token)
    assert lease is not None
    return lease


def test_a_claim_is_kept_with_its_holder_and_its_task(workspace: Workspace) -> None:
    with workspace.store.writing() as books:
        ada = add(books, "ada")
        books.tasks.add([draft("A", "src/**")])
    workspace.clock.advance(7)
    with workspace.store.writing() as books:
        books.agents.seen(ada.id)
        lease = claim(books, ada.id, "A")
        assert lease == Lease(
            lease.token,
            ada.id,
            "ada",
            "A",
            "Work on A",
            None,
            ("src/**",),
            None,
            START_TIME + 7,
            60,
            START_TIME + 67,
            START_TIME + 7,
            None,
        )


def test_a_lock_is_kept_with_its_resource_and_purpose(store: Store) -> None:
    with store.writing() as books:
        ada = add(books, "ada")
        lease = books.leases.get(lay(books, ada.id, "package.json"))
        assert lease is not None
        assert (lease.task, lease.title, lease.resource) == (None, "", "path:package.json")
        assert (lease.scope, lease.purpose) == (("package.json",), "to edit")


def test_an_unknown_token_is_no_lease(store: Store) -> None:
    with store.reading() as books:
        assert books.leases.get(5) is None


def test_a_token_cannot_be_granted_twice(workspace: Workspace) -> None:
    with workspace.store.writing() as books:
        ada = add(books, "ada")
        token = lay(books, ada.id, "a")
    before = workspace.dump()
    with pytest.raises(Exception), workspace.store.writing() as books:  # noqa: B017, PT011  each store in its own words
        books.leases.grant(token, ada.id, task=None, resource="db", scope=(), anchors=(), seconds=1, purpose=None)
    assert workspace.dump() == before


def test_open_leases_are_listed_oldest_first_by_holder_and_all_together(store: Store) -> None:
    with store.writing() as books:
        ada, bob = add(books, "ada"), add(books, "bob")
        tokens = [lay(books, holder, name) for holder, name in ((ada.id, "a"), (bob.id, "b"), (ada.id, "c"))]
        assert [lease.token for lease in books.leases.all()] == tokens
        assert [lease.scope for lease in books.leases.held_by(ada.id)] == [("a",), ("c",)]
        assert books.leases.lost_by(ada.id) == []


def test_a_resource_is_found_by_its_very_name(store: Store) -> None:
    with store.writing() as books:
        ada = add(books, "ada")
        token = lay(books, ada.id, "package.json")
        found = books.leases.on("path:package.json")
        assert found is not None
        assert found.token == token
        assert books.leases.on("package.json") is None
        books.leases.close(token)
        assert books.leases.on("path:package.json") is None


def test_of_several_leases_on_a_resource_the_longest_is_found(store: Store) -> None:
    with store.writing() as books:
        ada = add(books, "ada")
        tokens = [lay(books, ada.id, "a", seconds=seconds) for seconds in (60, 600, 30)]
        found = books.leases.on("path:a")
        assert found is not None
        assert found.token == tokens[1]


@pytest.mark.parametrize(
    ("scope", "met"),
    [
        (["src/auth"], ["", "src", "src/auth", "src/auth/x", "src/auth/x/y"]),
        (["src/auth/*.py", "docs"], ["src/auth", "docs", "src", ""]),
        (["**/x.py"], ["", "src", "any/where"]),
        (["a-b/c"], ["a-b", "a-b/c", "a-b/c/d"]),
        (["é/ß"], ["é", "é/ß/x"]),
    ],
)
def test_near_leaves_nothing_out_that_lies_at_above_or_below(store: Store, scope: list[str], met: list[str]) -> None:
    with store.writing() as books:
        ada = add(books, "ada")
        token = lay(books, ada.id, *scope)
        for anchor in met:
            assert [lease.token for lease in books.leases.near(anchor)] == [token], anchor


def test_near_shows_open_leases_alone(store: Store) -> None:
    with store.writing() as books:
        ada, bob = add(books, "ada"), add(books, "bob")
        closed, taken, kept = (lay(books, ada.id, f"src/{name}") for name in "abc")
        books.leases.close(closed)
        books.leases.take_over(taken, bob.name)
        assert [lease.token for lease in books.leases.near("src")] == [kept]


def test_a_lease_can_be_put_on_other_ground(store: Store) -> None:
    with store.writing() as books:
        ada = add(books, "ada")
        token = lay(books, ada.id, "src/a")
        books.leases.rescoped(token, ("lib/x", "docs"), anchors("lib/x", "docs"))
        lease = books.leases.get(token)
        assert lease is not None
        assert lease.scope == ("lib/x", "docs")
        assert token in [near.token for near in books.leases.near("lib")]
        assert token in [near.token for near in books.leases.near("docs/a")]


def test_a_closed_lease_leaves_nothing(store: Store) -> None:
    with store.writing() as books:
        ada = add(books, "ada")
        token = lay(books, ada.id, "a")
        books.leases.close(token)
        assert books.leases.get(token) is None
        assert books.leases.all() == books.leases.held_by(ada.id) == books.leases.lost_by(ada.id) == []


def test_a_lease_that_was_taken_over_is_lost_until_its_holder_was_told(workspace: Workspace) -> None:
    with workspace.store.writing() as books:
        ada, bob = add(books, "ada"), add(books, "bob")
        token = lay(books, ada.id, "a")
        other = lay(books, bob.id, "b")
    workspace.clock.advance(100)
    with workspace.store.writing() as books:
        books.leases.take_over(token, "bob")
        books.leases.take_over(other, "ada")
        lost = books.leases.lost_by(ada.id)
        assert [(lease.token, lease.taken_by, lease.taken_at) for lease in lost] == [(token, "bob", START_TIME + 100)]
        assert books.leases.get(token) == lost[0]
        assert lost[0].is_live(books.now) is False
        assert books.leases.held_by(ada.id) == books.leases.all() == []
        assert books.leases.on("path:a") is None
        books.leases.told(ada.id)
        assert books.leases.lost_by(ada.id) == []
        assert books.leases.get(token) is None
        assert len(books.leases.lost_by(bob.id)) == 1


def test_all_leases_of_an_agent_live_as_long_as_it_is_seen(workspace: Workspace) -> None:
    with workspace.store.writing() as books:
        ada = add(books, "ada")
        short, long = lay(books, ada.id, "a", seconds=60), lay(books, ada.id, "b", seconds=600)

    def live() -> list[int]:
        with workspace.store.reading() as books:
            return [lease.token for lease in books.leases.all() if lease.is_live(books.now)]

    workspace.clock.advance(59)
    assert live() == [short, long]
    with workspace.store.writing() as books:
        books.agents.seen(ada.id)
    workspace.clock.advance(59)
    assert live() == [short, long]
    workspace.clock.advance(1)
    assert live() == [long]
    with workspace.store.writing() as books:
        books.agents.seen(ada.id)
    assert live() == [short, long]
    with workspace.store.writing() as books:
        books.agents.end(ada.id, "logout")
    assert live() == []
    with workspace.store.writing() as books:
        books.agents.seen(ada.id)
    assert live() == [short, long]


def test_what_others_hold_is_counted_and_the_oldest_are_named(workspace: Workspace) -> None:
    with workspace.store.writing() as books:
        ada, bob, cleo = add(books, "ada"), add(books, "bob"), add(books, "cleo")
        first = lay(books, bob.id, "a/**")
        lay(books, bob.id, "short/**", seconds=5)
        own = lay(books, ada.id, "b/**")
        tokens = [lay(books, cleo.id, f"c{number}/**") for number in range(3)]
        books.leases.take_over(tokens.pop(), "dora")
    workspace.clock.advance(6)
    with workspace.store.writing() as books:
        leases, number = books.leases.of_others(ada.family, 2)
        assert ([lease.token for lease in leases], number) == ([first, tokens[0]], 3)
        assert [lease.token for lease in books.leases.of_others(bob.family, 9)[0]] == [own, *tokens]
        books.agents.end(cleo.id, "done")
        assert [lease.token for lease in books.leases.of_others(ada.family, 9)[0]] == [first]
        assert books.leases.of_others((bob.id, ada.id), 9) == ([], 0)


def test_claims_and_locks_are_listed_apart_the_oldest_first(workspace: Workspace) -> None:
    workspace.plan(task("A", "a"), task("B", "b"), task("C", "c"))
    ada, bob = workspace.agent("ada"), workspace.agent("bob")
    for name in "ABC":
        workspace.claimed(ada, name)
    lock.lock_resource(workspace.place, bob, "port")
    lock.lock_resource(workspace.place, ada, "db")
    update_task(workspace.place, ada, "B", status="review")
    with workspace.store.reading() as books:
        assert [lease.task for lease in books.leases.claims(10)] == ["A", "C"]
        assert [lease.subject for lease in books.leases.held_by(ada, 2)] == ["A", "C"]
        assert [lease.task for lease in books.leases.claims(1)] == ["A"]
        assert [lease.resource for lease in books.leases.locks(10)] == ["port", "db"]
        assert [lease.resource for lease in books.leases.locks(1)] == ["port"]


def test_agents_are_listed_by_when_they_were_active_and_those_that_wait_by_name(workspace: Workspace) -> None:
    workspace.plan(task("A", "a"))
    for name in ("ada", "cleo", "bob"):
        workspace.clock.advance(1)
        workspace.agent(name)
    workspace.claimed(workspace.agent("ada"), "A")
    for name in ("cleo", "bob"):
        workspace.refused(workspace.agent(name), "A")
    workspace.leaves("bob")
    with workspace.store.reading() as books:
        assert [agent.name for agent in books.agents.latest(10)][:2] == ["cleo", "ada"]
        assert len(books.agents.latest(1)) == 1
        assert [agent.name for agent in books.agents.wanting(10)] == ["cleo"]
        assert books.agents.wanting(0) == []
