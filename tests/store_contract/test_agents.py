"""The agents' book: who works here, known by which signs, seen when."""

from __future__ import annotations

import pytest

from mcp_server.domain.agent import WORKTREE, Agent, Process, Want
from mcp_server.ports import Books, Store
from tests.workspace import START_TIME, Workspace, draft

PROCESS = Process("host", 42, "yesterday")


def add(books: Books, name: str, *, parent: int | None = None) -> Agent:
    return books.agents.add(
        f"s-{name}", name, "subagent" if parent else "session", parent=parent, process=None, worktree="/w"
    )


def lock(books: Books, holder: int, resource: str, seconds: float) -> int:
    token = books.events.add("locked", resource)
    books.leases.grant(token, holder, task=None, resource=resource, scope=(), anchors=(), seconds=seconds, purpose=None)
    return token


def test_an_agent_is_found_by_its_sign_its_number_and_its_name(store: Store) -> None:
    with store.writing() as books:
        ada = books.agents.add("s-1", "ada", "session", parent=None, process=PROCESS, worktree="/w")
        sub = books.agents.add("s-1/x", "ada/x-1", "subagent", parent=ada.id, process=None, worktree="/v")
    with store.reading() as books:
        assert books.agents.find("s-1") == books.agents.get(ada.id) == books.agents.named("ada") == ada
        assert ada == Agent(ada.id, "ada", None, "session", PROCESS, "/w", START_TIME, START_TIME, None, None)
        assert books.agents.find("s-1/x") == sub
        assert (sub.parent, sub.kind, sub.process) == (ada.id, "subagent", None)
        assert books.agents.find("ada") is None
        assert books.agents.named("s-1") is None


def test_a_number_that_nobody_has_is_an_error(store: Store) -> None:
    with pytest.raises(KeyError), store.reading() as books:
        books.agents.get(77)


def test_an_agent_can_be_known_by_several_signs_and_a_sign_can_move_on(store: Store) -> None:
    with store.writing() as books:
        ada, bob = add(books, "ada"), add(books, "bob")
        books.agents.link("again", ada.id)
        assert books.agents.find("again") == books.agents.find("s-ada") == ada
        books.agents.link("again", bob.id)
        assert books.agents.find("again") == bob
        assert books.agents.find("s-ada") == ada


def test_numbers_for_names_are_given_once(store: Store) -> None:
    with store.writing() as books:
        first = [books.agents.next_number(), books.agents.next_number()]
    with store.writing() as books:
        assert [*first, books.agents.next_number()] == [1, 2, 3]


def test_being_seen_notes_the_time_the_process_and_the_worktree(workspace: Workspace) -> None:
    with workspace.store.writing() as books:
        ada = add(books, "ada")
    workspace.clock.advance(10)
    with workspace.store.writing() as books:
        books.agents.seen(ada.id, process=PROCESS, worktree="/other")
        assert books.agents.get(ada.id) == ada._replace(seen_at=START_TIME + 10, process=PROCESS, worktree="/other")
        books.agents.seen(ada.id)
        assert books.agents.get(ada.id).process == PROCESS
        assert books.agents.get(ada.id).worktree == "/other"


def test_an_end_is_noted_once_and_being_seen_takes_it_back(workspace: Workspace) -> None:
    with workspace.store.writing() as books:
        ada = add(books, "ada")
        books.agents.end(ada.id, "logout")
    workspace.clock.advance(10)
    with workspace.store.writing() as books:
        books.agents.end(ada.id, "again")
        assert books.agents.get(ada.id).ended_at == START_TIME
        books.agents.seen(ada.id)
        assert books.agents.get(ada.id).ended_at is None


def test_present_are_all_that_have_not_ended_by_name(store: Store) -> None:
    with store.writing() as books:
        for name in ("cleo", "ada", "bob"):
            add(books, name)
        bob = books.agents.named("bob")
        assert bob is not None
        books.agents.end(bob.id, "logout")
        assert [agent.name for agent in books.agents.present()] == ["ada", "cleo"]


def test_children_are_the_subagents_that_have_not_ended(store: Store) -> None:
    with store.writing() as books:
        ada, bob = add(books, "ada"), add(books, "bob")
        one, two = add(books, "ada/x-1", parent=ada.id), add(books, "ada/x-2", parent=ada.id)
        add(books, "bob/x-1", parent=bob.id)
        books.agents.end(one.id, "stop")
        assert books.agents.children(ada.id) == [two]
        assert books.agents.children(two.id) == []


def test_an_agent_is_due_when_its_first_lease_may_have_lapsed(workspace: Workspace) -> None:
    with workspace.store.writing() as books:
        ada, bob = add(books, "ada"), add(books, "bob")
        lock(books, ada.id, "long", 100)
        lock(books, ada.id, "short", 30)
        lock(books, bob.id, "longer", 200)
        assert books.agents.due() == []
    workspace.clock.advance(29.9)
    with workspace.store.reading() as books:
        assert books.agents.due() == []
    workspace.clock.advance(0.1)
    with workspace.store.reading() as books:
        assert [agent.name for agent in books.agents.due()] == ["ada"]


def test_who_was_looked_at_is_due_again_at_the_time_given_or_never(workspace: Workspace) -> None:
    with workspace.store.writing() as books:
        ada, bob = add(books, "ada"), add(books, "bob")
        lock(books, ada.id, "a", 10)
        lock(books, bob.id, "b", 10)
    workspace.clock.advance(10)
    with workspace.store.writing() as books:
        books.agents.looked_at(ada.id, books.now + 5)
        books.agents.looked_at(bob.id, None)
        assert books.agents.due() == []
    workspace.clock.advance(1_000)
    with workspace.store.reading() as books:
        assert [agent.name for agent in books.agents.due()] == ["ada"]


def test_who_is_seen_is_due_only_after_another_whole_lease(workspace: Workspace) -> None:
    with workspace.store.writing() as books:
        ada = add(books, "ada")
        lock(books, ada.id, "a", 10)
    workspace.clock.advance(9)
    with workspace.store.writing() as books:
        books.agents.seen(ada.id)
    workspace.clock.advance(9)
    with workspace.store.reading() as books:
        assert books.agents.due() == []
    workspace.clock.advance(1)
    with workspace.store.reading() as books:
        assert books.agents.due() != []


def test_who_is_seen_and_holds_nothing_is_never_due(workspace: Workspace) -> None:
    with workspace.store.writing() as books:
        ada = add(books, "ada")
        books.leases.close(lock(books, ada.id, "a", 10))
        books.agents.seen(ada.id)
    workspace.clock.advance(1_000)
    with workspace.store.reading() as books:
        assert books.agents.due() == []


def test_who_ended_is_due_at_once(store: Store) -> None:
    with store.writing() as books:
        ada = add(books, "ada")
        lock(books, ada.id, "a", 10)
        books.agents.end(ada.id, "logout")
        assert [agent.name for agent in books.agents.due()] == ["ada"]


def test_being_seen_takes_back_the_offer_of_what_one_still_holds(store: Store) -> None:
    with store.writing() as books:
        ada = add(books, "ada")
        books.tasks.add([draft("A"), draft("B")])
        task = books.tasks.take(lambda _: True, "A")
        assert task is not None
        token = books.events.add("claimed", "A", id=task.token)
        books.leases.grant(token, ada.id, task=task, resource=None, scope=(), anchors=(), seconds=10, purpose=None)
        books.tasks.offer(task.seq, ready=True)
        assert [ready.id for ready in books.tasks.ready(9)] == ["A", "B"]
        books.agents.seen(ada.id)
        assert [ready.id for ready in books.tasks.ready(9)] == ["B"]


def test_what_an_agent_waits_for_is_kept_until_it_waits_no_more(store: Store) -> None:
    want = Want("T3", "bob", START_TIME, 7, told=True)
    with store.writing() as books:
        ada = add(books, "ada")
        books.agents.wants(ada.id, want)
        assert books.agents.get(ada.id).want == want
        books.agents.wants(ada.id, None)
        assert books.agents.get(ada.id).want is None


def test_those_who_worked_in_a_worktree_are_found_the_latest_first(workspace: Workspace) -> None:
    with workspace.store.writing() as books:
        for name, kind, path in (("ada", "session", "/a"), ("pat", "person", "/a"), ("ben", "session", "/b")):
            books.agents.add(name, name, kind, parent=None, process=None, worktree=path)
    workspace.clock.advance(1)
    with workspace.store.writing() as books:
        cleo = books.agents.add("cleo", "cleo", "session", parent=None, process=None, worktree="/a")
        books.agents.end(cleo.id, "done")
        assert [agent.name for agent in books.agents.in_worktree("/a")] == ["cleo", "ada"]
        assert books.agents.in_worktree("/") == []


def test_what_holds_in_the_place_of_a_worktree_is_not_present_and_may_hold_leases(store: Store) -> None:
    with store.writing() as books:
        holder = books.agents.add("w", "worktree one", WORKTREE, parent=None, process=None, worktree="")
        token = books.events.add("locked", "port:1", agent=holder.id)
        books.leases.grant(
            token, holder.id, task=None, resource="port:1", scope=(), anchors=(), seconds=60, purpose=None
        )
        assert books.agents.present() == []
        assert [lease.holder_name for lease in books.leases.all()] == ["worktree one"]


def test_what_an_agent_was_started_as_and_can_is_kept_until_something_else_is_said(store: Store) -> None:
    with store.writing() as books:
        ada = add(books, "ada")
        assert (ada.type, ada.can) == (None, ())
        books.agents.describe(ada.id, type="interlock:tester", can=("docker", "fast"))
        books.agents.seen(ada.id)
    with store.writing() as books:
        assert (books.agents.get(ada.id).type, books.agents.get(ada.id).can) == ("interlock:tester", ("docker", "fast"))
        books.agents.describe(ada.id, type=None, can=())
        assert books.agents.get(ada.id) == ada


def test_those_that_wait_for_a_lease_are_found_by_it_until_they_wait_no_more(store: Store) -> None:
    with store.writing() as books:
        found = {}
        for name in ("bob", "ada", "cyd"):
            found[name] = books.agents.add(f"k-{name}", name, "session", parent=None, process=None, worktree="")
            books.agents.wants(found[name].id, Want("T1", "eve", 0.0, 5 if name != "cyd" else 6))
        assert [agent.name for agent in books.agents.waiting_for(5)] == ["ada", "bob"]
        books.agents.wants(found["ada"].id, None)
        books.agents.end(found["bob"].id, "over")
        assert books.agents.waiting_for(5) == []
        assert books.agents.waiting_for(7) == []


def test_a_name_without_a_host_means_the_agent_of_this_machine_or_the_only_one(workspace: Workspace) -> None:
    workspace.mirrors(host="here")
    here = workspace.agent("ben")
    workspace.elsewhere("ben@build-2")
    carl = workspace.elsewhere("carl@build-2")
    part = workspace.elsewhere("carl@build-2/explore-1")
    with workspace.store.reading() as books:
        assert books.agents.host == "here"
        for said, meant in (("ben", here), ("carl", carl), ("carl/explore-1", part), ("carl@build-2", carl)):
            found = books.agents.named(said)
            assert found is not None, said
            assert found.id == meant, said
        assert books.agents.named("carl@here") is None
        assert books.agents.named("car") is None


def test_where_no_other_machine_works_there_is_no_host_and_a_name_is_what_it_is(workspace: Workspace) -> None:
    workspace.agent("ben-build-2")
    with workspace.store.reading() as books:
        assert books.agents.host is None
        assert books.agents.named("ben") is None
