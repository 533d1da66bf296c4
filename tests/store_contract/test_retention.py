"""What is forgotten, what never is, and that it goes in small steps."""

from __future__ import annotations

import sqlite3

from mcp_server.core.prune import DAY, STEP, prune
from mcp_server.core.tasks.claim import claim_task
from mcp_server.core.tasks.update import update_task
from tests.workspace import Workspace, task


def all_pruned(workspace: Workspace) -> int:
    """Prune until nothing is left to prune; how many steps that took."""
    steps = 1
    while prune(workspace.store, workspace.settings.retention):
        steps += 1
    return steps


def rows(workspace: Workspace, table: str) -> int:
    connection = sqlite3.connect(workspace.file)
    try:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608  named in a test
    finally:
        connection.close()


def test_old_events_go_and_numbers_still_grow(workspace: Workspace) -> None:
    workspace.plan(task("A", "src"))
    ada = workspace.agent("ada")
    first = workspace.claimed(ada, "A").token
    workspace.clock.advance(100 * DAY)
    all_pruned(workspace)
    assert rows(workspace, "event") == 1
    bob = workspace.agent("bob")
    assert workspace.claimed(bob, "A").token > first
    assert [event.kind for event in workspace.events("taken_over")] == ["taken_over"]


def test_events_beyond_the_limit_go_however_new_and_in_small_steps(workspace: Workspace) -> None:
    workspace.settings = workspace.settings._replace(retention=workspace.settings.retention._replace(events=1_000))
    with workspace.store.writing() as books:
        for number in range(1_000 + 2 * STEP):
            books.events.add("noise", str(number))
    assert all_pruned(workspace) >= 3
    assert rows(workspace, "event") == 1_000
    assert workspace.events("noise")[-1].subject == str(1_000 + 2 * STEP - 1)


def test_old_messages_go_but_for_those_that_wait_for_a_tasks_next_holder(workspace: Workspace) -> None:
    workspace.plan(task("A", "src"))
    ada = workspace.agent("ada")
    with workspace.store.writing() as books:
        seq = books.tasks.get("A")
        assert seq is not None
        books.shared.send(None, "ada", [ada], "old", "")
        books.shared.send(None, "A", [], "for whoever comes", "", task=seq.seq)
    workspace.clock.advance(100 * DAY)
    with workspace.store.writing() as books:
        books.agents.seen(ada)
        books.shared.send(None, "ada", [ada], "new", "")
    all_pruned(workspace)
    assert [message.subject for message in workspace.inbox(ada)] == ["new"]
    assert rows(workspace, "delivery") == 1
    assert rows(workspace, "message") == 2


def test_notes_on_tasks_that_are_long_done_go_and_those_on_open_ones_stay(workspace: Workspace) -> None:
    workspace.plan(task("A", "src"), task("B", "docs"))
    ada = workspace.agent("ada")
    for name in ("A", "B"):
        workspace.claimed(ada, name)
        update_task(workspace.place, ada, name, note=f"about {name}")
    update_task(workspace.place, ada, "A", status="done")
    workspace.clock.advance(100 * DAY)
    all_pruned(workspace)
    tasks = [workspace.task(name) for name in ("A", "B")]
    with workspace.store.reading() as books:
        kept = [note.text for one in tasks for note in books.tasks.notes(one.seq, 9)]
    assert kept == ["about B"]


def test_agents_that_are_long_gone_go_with_what_was_kept_about_them(workspace: Workspace) -> None:
    workspace.plan(task("A", "src"))
    holder = workspace.agent("holder")
    workspace.claimed(holder, "A")
    for number in range(30):
        agent = workspace.agent(f"gone-{number}")
        with workspace.store.writing() as books:
            books.journal.edited(f"file-{number}", agent)
    workspace.subagent("gone-3", "x1")
    workspace.clock.advance(100 * DAY)
    workspace.agent("here")
    for _ in range(10):
        prune(workspace.store, workspace.settings.retention)
    with workspace.store.reading() as books:
        assert [agent.name for agent in books.agents.present()] == ["here", "holder"]
    assert rows(workspace, "edit") == 0
    assert rows(workspace, "identity") == 2


def test_what_is_not_old_is_left_as_it_is(workspace: Workspace) -> None:
    workspace.plan(task("A", "src"))
    ada = workspace.agent("ada")
    workspace.claimed(ada, "A")
    workspace.clock.advance(80 * DAY)
    before = workspace.dump()
    assert not prune(workspace.store, workspace.settings.retention)
    assert workspace.dump() == before
    assert claim_task(workspace.place, ada, "A")


def test_forgetting_is_a_book_of_its_own(workspace: Workspace) -> None:
    with workspace.store.writing() as books:
        assert books.retention.forget(books.now, most_events=10, step=5) == 0


def test_a_request_goes_when_its_last_word_was_told_long_ago(workspace: Workspace) -> None:
    with workspace.store.writing() as books:
        told, waiting = (books.requests.add(f"{number}.md", "1 2 3", f"T{number}", None) for number in range(2))
        for request in (told, waiting):
            books.requests.moved(request.id, request.name)
        books.requests.tell(told.id, "done")
        books.requests.tell(waiting.id, "blocked")
    workspace.clock.advance(100 * DAY)
    all_pruned(workspace)
    with workspace.store.reading() as books:
        assert [request.name for request in books.requests.unsettled()] == ["1.md"]
        assert books.requests.of_task("T0") is None
