"""What is going on around a path, which commands run, and which messages are on their way."""

from __future__ import annotations

from mcp_server.adapters.sqlite.activity import LEFT_SECONDS, WAITS_KEPT_SECONDS
from mcp_server.adapters.sqlite.commands import BEGUN_KEPT_SECONDS, KEPT_SECONDS, REMEMBERED_SECONDS
from mcp_server.core.tasks.update import update_task
from mcp_server.domain.activity import BegunEdit
from mcp_server.ports import Books, Store
from tests.store_contract.test_guard_book import add, claim, lock
from tests.workspace import START_TIME, Workspace, task


def waits(books: Books, agent_id: int) -> list[tuple[str, str, int]]:
    return [(wait.path, wait.command, wait.attempts) for wait in books.activity.waits(agent_id)]


def deliveries(books: Books, agent_id: int, limit: int = 10) -> list[tuple[str | None, str, str]]:
    return [(delivery.sender, delivery.subject, delivery.body) for delivery in books.inbox.unseen(agent_id, limit)]


def test_the_editors_of_a_path_come_with_what_they_claim_latest_first(workspace: Workspace) -> None:
    with workspace.store.writing() as books:
        ada, bob = add(books, "ada"), add(books, "bob")
        claim(books, ada, "A", "src/**")
        books.journal.edited("src/a.py", ada.id)
    workspace.clock.advance(5)
    with workspace.store.writing() as books:
        books.journal.edited("src/a.py", bob.id)
        books.agents.end(bob.id, "done")
        found = [(e.agent, e.name, e.at, e.has_ended(), e.task) for e in books.journal.editors("src/a.py")]
        assert found == [(bob.id, "bob", START_TIME + 5, True, None), (ada.id, "ada", START_TIME, False, "A")]
        assert books.journal.editors("src/b.py") == []
        assert books.activity.name(ada.id) == "ada"


def test_what_was_edited_since_a_moment_is_known_latest_first(workspace: Workspace) -> None:
    with workspace.store.writing() as books:
        ada, bob = add(books, "ada"), add(books, "bob")
        for path in ("a.py", "b.py"):
            books.journal.edited(path, ada.id)
    workspace.clock.advance(5)
    with workspace.store.writing() as books:
        books.journal.edited("c.py", ada.id)
        books.journal.edited("a.py", bob.id)
        books.journal.edited("a.py", bob.id)
        assert [editor.name for editor in books.journal.editors("a.py")] == ["bob", "ada"]
        assert books.journal.paths(START_TIME, 10) == ["a.py", "c.py", "b.py"]
        assert books.journal.paths(START_TIME, 2) == ["a.py", "c.py"]
        assert books.journal.paths(START_TIME + 1, 10) == ["a.py", "c.py"]
        assert books.journal.edited_by(ada.id, START_TIME) == ["c.py", "a.py", "b.py"]
        assert books.journal.edited_by(ada.id, START_TIME + 1) == ["c.py"]
        assert books.journal.edited_by(bob.id, START_TIME) == ["a.py"]


def test_a_lease_whose_holder_ended_or_fell_silent_is_found_as_lapsed(workspace: Workspace) -> None:
    with workspace.store.writing() as books:
        ada, bob, eve = add(books, "ada"), add(books, "bob"), add(books, "eve")
        claim(books, ada, "A", "src/a/**")
        lock(books, bob, "src/a/b.py", seconds=5)
        claim(books, eve, "E", "src/**", "!src/a/**")
        assert books.activity.expired("src/a/b.py") == []
    workspace.clock.advance(6)
    with workspace.store.writing() as books:
        books.agents.end(ada.id, "done")
        found = {expired.holder: expired for expired in books.activity.expired("src/a/b.py")}
        assert set(found) == {"ada", "bob"}
        assert (found["ada"].task, found["ada"].patterns, found["ada"].stopped) == ("A", ("src/a/**",), True)
        assert (found["bob"].task, found["bob"].stopped, found["bob"].seen_at) == (None, False, START_TIME)
        assert found["ada"].holder_id == ada.id


def test_failures_because_of_a_path_are_counted_for_each_command_until_they_are_over(workspace: Workspace) -> None:
    with workspace.store.writing() as books:
        ada, bob = add(books, "ada"), add(books, "bob")
        assert books.activity.failed(ada.id, "src/b.py", "make", apart=0).attempts == 1
        assert books.activity.failed(ada.id, "src/b.py", "make", apart=0).attempts == 2
        assert books.activity.failed(ada.id, "src/b.py", "make all", apart=0).attempts == 1
        books.activity.failed(ada.id, "src/c.py", "make", apart=0)
        books.activity.failed(bob.id, "src/b.py", "make", apart=0)
        assert waits(books, ada.id) == [("src/b.py", "make", 2), ("src/b.py", "make all", 1), ("src/c.py", "make", 1)]
        books.activity.over(ada.id, "make", ["src/b.py", "src/x.py"])
        assert waits(books, ada.id) == [("src/b.py", "make all", 1), ("src/c.py", "make", 1)]
        assert waits(books, bob.id) == [("src/b.py", "make", 1)]


def test_failures_in_quick_succession_count_once(workspace: Workspace) -> None:
    counted = []
    with workspace.store.writing() as books:
        ada = add(books, "ada")
    for _ in range(7):
        with workspace.store.writing() as books:
            wait = books.activity.failed(ada.id, "b.py", "make", apart=24)
            counted.append((wait.attempts, wait.last_at - START_TIME))
        workspace.clock.advance(10)
    assert counted == [(1, 0), (1, 10), (1, 20), (2, 30), (2, 40), (2, 50), (3, 60)]


def test_what_was_finished_or_given_back_is_known_by_the_paths_of_its_scope_latest_first(workspace: Workspace) -> None:
    workspace.plan(task("A", "src/**", "!src/own/**"), task("B", "src/b.py"), task("C", "docs/**"))
    ada, bob = workspace.agent("ada"), workspace.agent("bob")
    for agent, each, status in ((ada, "A", "done"), (bob, "B", "released"), (bob, "C", "done")):
        workspace.claimed(agent, each)
        workspace.clock.advance(1)
        update_task(workspace.place, agent, each, status=status)  # type: ignore[arg-type]
    with workspace.store.reading() as books:
        left = [(one.task, one.how, one.status, one.holder, one.at) for one in books.activity.left("src/b.py")]
        assert left == [("B", "released", "todo", "bob", START_TIME + 2), ("A", "done", "done", "ada", START_TIME + 1)]
        assert books.activity.left("src/own/x.py") == []
    workspace.clock.advance(LEFT_SECONDS)
    with workspace.store.reading() as books:
        assert books.activity.left("src/b.py") == []


def test_a_failure_long_after_the_last_is_another_one(workspace: Workspace) -> None:
    with workspace.store.writing() as books:
        ada = add(books, "ada")
        books.activity.failed(ada.id, "b.py", "make", apart=0)
    workspace.clock.advance(WAITS_KEPT_SECONDS)
    with workspace.store.writing() as books:
        assert books.activity.failed(ada.id, "b.py", "make", apart=0).attempts == 2
    workspace.clock.advance(WAITS_KEPT_SECONDS + 1)
    with workspace.store.writing() as books:
        assert books.activity.failed(ada.id, "b.py", "make", apart=0).attempts == 1


def test_a_command_ends_once_and_says_when_it_began(workspace: Workspace) -> None:
    with workspace.store.writing() as books:
        ada = add(books, "ada")
        books.commands.began("call", ada.id, "/r", "make", confined=True, may_write=True)
    workspace.clock.advance(3)
    with workspace.store.writing() as books:
        assert books.commands.is_running("call")
        command = books.commands.ended("call")
        assert command is not None
        assert not books.commands.is_running("call")
        assert (command.agent, command.root, command.began_at) == (ada.id, "/r", START_TIME)
        assert (command.confined, command.may_write) == (True, True)
        assert books.commands.ended("call") is None
        assert books.commands.ended("other") is None


def test_the_commands_of_an_agent_and_its_subagents_are_known_the_running_ones_first(workspace: Workspace) -> None:
    ada = workspace.agent("ada")
    child = workspace.subagent("ada", "x1")
    other = workspace.agent("bob")
    with workspace.store.writing() as books:
        for call, agent, text in (("a", ada, "make"), ("b", child, "npm test"), ("c", other, "ls")):
            books.commands.began(call, agent, "/r", text, confined=False, may_write=True)
    workspace.clock.advance(1)
    with workspace.store.writing() as books:
        books.commands.began("d", child, "/r", "late", confined=False, may_write=True)
        books.commands.ended("d")
        assert sorted(books.commands.begun_in(ada)[:2]) == [(ada, "make"), (child, "npm test")]
        assert books.commands.begun_in(ada)[2:] == [(child, "late")]
        assert books.commands.begun_in(child) == [(child, "late"), (child, "npm test")][::-1]
    workspace.clock.advance(KEPT_SECONDS + 1)
    with workspace.store.reading() as books:
        assert books.commands.begun_in(ada) == []


def test_the_commands_of_others_that_ran_meanwhile_are_known(workspace: Workspace) -> None:
    with workspace.store.writing() as books:
        ada, bob, eve = add(books, "ada"), add(books, "bob"), add(books, "eve")
        books.commands.began("b", bob.id, "/r", "make", confined=False, may_write=True)
        books.commands.ended("b")
    workspace.clock.advance(1)
    with workspace.store.writing() as books:
        books.commands.began("a", ada.id, "/r", "make", confined=False, may_write=True)
        books.commands.began("e", eve.id, "/r", "make", confined=False, may_write=True)
        books.commands.began("r", add(books, "reader").id, "/r", "ls", confined=True, may_write=False)
        assert books.commands.alongside(ada.id, START_TIME + 1) == [eve.id]
        assert books.commands.alongside(ada.id, START_TIME) == [bob.id, eve.id]
        assert books.commands.alongside(eve.id, START_TIME + 1) == [ada.id]
    workspace.clock.advance(KEPT_SECONDS + 1)
    with workspace.store.writing() as books:
        assert books.commands.alongside(ada.id, START_TIME) == []
    workspace.clock.advance(REMEMBERED_SECONDS)
    with workspace.store.writing() as books:
        books.commands.began("n", ada.id, "/r", "make", confined=False, may_write=True)
        assert books.commands.ended("e") is None, "what began so long ago is forgotten"


def test_a_message_is_unseen_until_it_was_shown_or_read(store: Store) -> None:
    with store.writing() as books:
        ada, bob = add(books, "ada"), add(books, "bob")
        first = books.inbox.post(None, ada.id, "one", "")
        second = books.inbox.post(bob.id, ada.id, "two", "text")
        books.shared.send(bob.id, "all", [ada.id], "three", "")
        assert deliveries(books, ada.id) == [(None, "one", ""), ("bob", "two", "text"), ("bob", "three", "")]
        assert deliveries(books, ada.id, 1) == [(None, "one", "")]
        assert deliveries(books, bob.id) == []
        books.inbox.seen(ada.id, first, whole=True)
        books.inbox.seen(ada.id, second, whole=False)
        assert deliveries(books, ada.id) == [("bob", "three", "")]
        unread = books.shared.inbox(ada.id, unread_only=True, limit=10)
        assert [(message.recipient, message.subject) for message in unread] == [("ada", "two"), ("all", "three")]
        books.shared.read(ada.id, [message.id for message in unread])
        assert deliveries(books, ada.id) == []


def test_an_agent_is_reminded_once_of_each_claim(store: Store) -> None:
    with store.writing() as books:
        ada, bob = add(books, "ada"), add(books, "bob")
        claims = [(ada.id, "A", 1.0), (ada.id, "A", 1.0), (ada.id, "B", 1.0), (ada.id, "A", 2.0), (bob.id, "A", 1.0)]
        assert [books.activity.remind(*claim) for claim in claims] == [True, False, True, True, True]


def test_the_last_failure_of_an_agent_is_known_until_that_command_goes_well(workspace: Workspace) -> None:
    with workspace.store.writing() as books:
        ada, bob = add(books, "ada"), add(books, "bob")
        books.activity.ended(ada.id, "make", failed=True)
        books.activity.ended(ada.id, "make lint", failed=True)
        books.activity.ended(ada.id, "make", failed=False)
        assert books.activity.last_failure(ada.id) == ("make lint", START_TIME)
        assert books.activity.last_failure(bob.id) is None
        asked = [(ada.id, "make lint"), (ada.id, "make"), (bob.id, "make lint")]
        assert [books.activity.failed_last(*each) for each in asked] == [True, False, False]
    with workspace.store.writing() as books:
        books.activity.ended(ada.id, "make lint", failed=False)
        assert books.activity.last_failure(ada.id) is None


def begun(agent: int, path: str, *, before: str = "1", at: float = START_TIME) -> BegunEdit:
    return BegunEdit(agent, "/repo", path, f"call-{path}", before, "", "sign", at)


def test_an_edit_that_was_begun_is_in_the_journal_once_it_is_made(workspace: Workspace) -> None:
    workspace.clock.advance(9)
    with workspace.store.writing() as books:
        ada, bob = add(books, "ada"), add(books, "bob")
        for agent, path in ((ada.id, "a.py"), (ada.id, "b.py"), (bob.id, "a.py")):
            books.begun_edits.begin(begun(agent, path))
        [first, *_] = books.begun_edits.pending()
        assert (first.agent, first.root, first.path, first.call) == (ada.id, "/repo", "a.py", "call-a.py")
        assert (first.before, first.link, first.content, first.at) == ("1", "", "sign", START_TIME)
        assert books.journal.paths(0, 9) == []

        assert books.begun_edits.made(first, "2", START_TIME + 3)
        assert not books.begun_edits.made(first, "2", START_TIME + 3), "another hook has entered it"

        assert [(editor.name, editor.at) for editor in books.journal.editors("a.py")] == [("ada", START_TIME + 3)]
        assert [edit.before for edit in books.begun_edits.pending() if edit.path == "a.py"] == ["2", "1"]
        books.begun_edits.over(ada.id)
        assert [edit.agent for edit in books.begun_edits.pending()] == [bob.id]


def test_an_edit_that_was_made_earlier_does_not_make_the_journal_older(workspace: Workspace) -> None:
    with workspace.store.writing() as books:
        ada = add(books, "ada")
        books.journal.edited("a.py", ada.id)
        books.begun_edits.begin(begun(ada.id, "a.py", at=START_TIME - 9))
        assert books.begun_edits.made(begun(ada.id, "a.py"), "2", START_TIME - 9)
        assert [editor.at for editor in books.journal.editors("a.py")] == [START_TIME]


def test_an_edit_whose_end_never_came_is_forgotten(workspace: Workspace) -> None:
    with workspace.store.writing() as books:
        ada = add(books, "ada")
        books.begun_edits.begin(begun(ada.id, "a.py"))
    workspace.clock.advance(BEGUN_KEPT_SECONDS + 1)
    with workspace.store.writing() as books:
        books.begun_edits.begin(begun(ada.id, "b.py", at=books.now))
        assert [edit.path for edit in books.begun_edits.pending()] == ["b.py"]
