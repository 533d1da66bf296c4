"""What stands on the shared state's page, hand-overs as files, the last tests that were run, and mail of the ended."""

from __future__ import annotations

from mcp_server.domain.agent import Agent
from mcp_server.domain.messages import PERSON, Entry, Handover, LastTests
from mcp_server.ports import Books, Store
from tests.store_contract.test_messages import add, subjects
from tests.workspace import START_TIME, Workspace, draft


def write(books: Books, agent: Agent, kind: str, text: str) -> Entry:
    return books.shared.write(agent.id, kind, text, None, None)  # type: ignore[arg-type]  # a literal all the same


def test_the_version_of_the_page_is_the_last_one_written(store: Store) -> None:
    with store.writing() as books:
        assert books.state_page.version() == 0
        books.state_page.set_version(3)
        books.state_page.set_version(4)
    with store.reading() as books:
        assert books.state_page.version() == 4


def test_an_entry_is_fresh_until_it_has_a_block(store: Store) -> None:
    with store.writing() as books:
        ada = add(books, "ada")
        one, two = write(books, ada, "next", "one"), write(books, ada, "learning", "two")
        assert books.state_page.fresh() == [one, two]
        books.state_page.put(one, "s1", "- one", 1, "here")
        books.state_page.put(two, "s2", "- two", 1, "archived")
        assert books.state_page.fresh() == []
        (row,) = books.state_page.here()
        assert (row.entry, row.author, row.by_person, row.kind, row.at) == (one.id, "ada", False, "next", START_TIME)
        assert (row.sign, row.text, row.version, row.place, row.hidden) == ("s1", "- one", 1, "here", False)
        (other,) = books.state_page.elsewhere(["s1", "s2", "s3"])
        assert (other.sign, other.text, other.place) == ("s2", "", "archived")


def test_a_status_that_was_replaced_leaves_its_block_and_its_number_to_nobody(store: Store) -> None:
    with store.writing() as books:
        ada = add(books, "ada")
        one = write(books, ada, "status", "one")
        books.state_page.put(one, "s1", "- one", 1, "here")
        two = write(books, ada, "status", "two")
        assert two.id != one.id
        assert books.state_page.statuses() == {two.id}
        assert books.state_page.fresh() == [two]
        assert [row.entry for row in books.state_page.here()] == [one.id]


def test_an_entry_whose_block_was_taken_away_is_hidden_until_it_is_back(store: Store) -> None:
    with store.writing() as books:
        ada = add(books, "ada")
        entry = write(books, ada, "next", "one")
        books.state_page.put(entry, "s1", "- one", 1, "here")
        (row,) = books.state_page.here()
        books.state_page.move(row._replace(place="gone", version=2, hidden=True))
        assert (books.state_page.here(), books.state_page.fresh(), books.shared.entries(None)) == ([], [], [])
        (gone,) = books.state_page.elsewhere(["s1"])
        assert (gone.version, gone.place) == (2, "gone")
        books.state_page.move(gone._replace(place="here", version=3, text="- one"))
        assert [(back.text, back.version) for back in books.state_page.here()] == [("- one", 3)]
        assert books.shared.entries(None) == [entry]


def test_what_a_person_wrote_replaces_nothing(store: Store) -> None:
    with store.writing() as books:
        person = books.agents.add("page", PERSON, "person", parent=None, process=None, worktree="")
        for text in ("one", "two"):
            entry = books.state_page.take(person.id, "status", text, "abc", 2)
            assert entry == Entry(entry.id, START_TIME, PERSON, "status", text, "abc", 2)
            books.state_page.put(entry, text, f"- {text}", 1, "here")
        assert [entry.text for entry in books.shared.entries(None)] == ["one", "two"]
        assert [row.by_person for row in books.state_page.here()] == [True, True]
        assert books.state_page.fresh() == []


def test_a_page_that_is_gone_is_news_once_until_there_was_another(store: Store) -> None:
    with store.writing() as books:
        books.state_page.set_version(3)
        assert [books.state_page.lose(), books.state_page.lose()] == [True, False]
        books.state_page.set_version(4)
        assert books.state_page.lose()


def test_a_doubt_is_kept_with_the_entry(store: Store) -> None:
    with store.writing() as books:
        ada = add(books, "ada")
        entry = books.shared.write(ada.id, "status", "done", None, 2, "2 files not committed")
        assert entry.doubt == "2 files not committed"
        assert books.shared.entries(None) == books.state_page.fresh() == [entry]


def test_a_hand_over_is_found_until_its_file_was_moved_and_known_until_it_is_completed(store: Store) -> None:
    with store.writing() as books:
        books.handovers.add("sign", 7, "T1", "a.md", "new")
        found = books.handovers.arriving("sign")
        assert found == Handover(found.id if found else 0, "sign", 7, "T1", "a.md", "new")
        assert books.handovers.arriving("other") is None
        books.handovers.move(found.id, "a-2.md", "in_progress")
        assert books.handovers.arriving("sign") is None
        assert books.handovers.open() == [found._replace(name="a-2.md", place="in_progress")]
        books.handovers.move(found.id, "a-2.md", "completed")
        books.handovers.add("", 8, None, "for_x/b.md", "sent")
        assert [handover.message for handover in books.handovers.open()] == [8]


def test_the_last_test_run_of_each_agent_is_known(workspace: Workspace) -> None:
    with workspace.store.writing() as books:
        ada, ben = add(books, "ada"), add(books, "ben")
        books.activity.ran(ada.id, "pytest", failed=True)
        books.activity.ran(ben.id, "npm test", failed=False)
    workspace.clock.advance(5)
    with workspace.store.writing() as books:
        assert books.activity.tested(ada.id) == LastTests("pytest", True, START_TIME)
        books.activity.ran(ada.id, "pytest -x", failed=False)
        assert books.activity.tested(ada.id) == LastTests("pytest -x", False, START_TIME + 5)
        assert books.activity.tested(ben.id) == LastTests("npm test", False, START_TIME)
        assert books.activity.tested(add(books, "cleo").id) is None


def test_the_same_message_again_is_counted_until_it_was_read(store: Store) -> None:
    with store.writing() as books:
        ada, ben = add(books, "ada"), add(books, "ben")

        def send(sender: int | None = ada.id, body: str = "") -> int:
            return books.shared.send(sender, "ben", [ben.id], "stop", body)

        first = send()
        assert [send(), send()] == [first, first]
        assert len({first, send(ben.id), send(None), send(body="now")}) == 4
        inbox = books.shared.inbox(ben.id, unread_only=True, limit=9)
        assert [message.times for message in inbox] == [3, 1, 1, 1]
        assert [delivery.times for delivery in books.inbox.unseen(ben.id, 9)] == [3, 1, 1, 1]
        books.shared.read(ben.id, [first])
        assert send() != first
        assert books.inbox.post(None, ben.id, "stop", "") == inbox[2].id
        assert books.inbox.post(None, ben.id, "go", "") == books.inbox.post(None, ben.id, "go", "")


def test_a_message_to_several_is_counted_only_where_all_of_them_have_it_unread(store: Store) -> None:
    with store.writing() as books:
        ada, ben, cleo = add(books, "ada"), add(books, "ben"), add(books, "cleo")
        first = books.shared.send(ada.id, "all", [ben.id, cleo.id], "stop", "")
        books.shared.read(ben.id, [first])
        second = books.shared.send(ada.id, "all", [ben.id, cleo.id], "stop", "")
        assert second != first
        assert books.shared.send(ada.id, "all", [ben.id, cleo.id], "stop", "") == second
        assert books.shared.send(ada.id, "all", [], "stop", "") not in (first, second)


def test_the_same_message_to_a_task_that_nobody_holds_is_counted(store: Store) -> None:
    with store.writing() as books:
        ada, ben = add(books, "ada"), add(books, "ben")
        books.tasks.add([draft("A"), draft("B")])
        one, two = (task.seq for task in books.tasks.open(9))
        first = books.shared.send(ada.id, "A", [], "careful", "", task=one)
        assert books.shared.send(ada.id, "A", [], "careful", "", task=one) == first
        assert books.shared.send(ada.id, "B", [], "careful", "", task=two) != first
        books.shared.hand_on(one, ben.id)
        (message,) = books.shared.inbox(ben.id, unread_only=True, limit=9)
        assert (message.id, message.times) == (first, 2)


def test_mail_can_be_given_to_the_next_holder_of_a_task_as_well(store: Store) -> None:
    with store.writing() as books:
        ada, ben = add(books, "ada"), add(books, "ben")
        books.tasks.add([draft("A")])
        (task,) = books.tasks.open(9)
        number = books.shared.send(None, "ada", [ada.id], "careful", "")
        assert [message.id for message in books.shared.unread(ada.id)] == [number]
        assert not books.shared.was_read(number)
        books.shared.await_holder([number], task.seq)
        kept = books.tasks.get("A")
        assert kept is not None
        assert kept.kept
        books.shared.hand_on(task.seq, ben.id)
        assert subjects(books, ben) == subjects(books, ada) == ["careful"]
        books.inbox.seen(ben.id, number, whole=False)
        assert (books.shared.unread(ben.id), books.shared.was_read(number)) == ([], False)
        books.shared.read(ben.id, [number])
        assert books.shared.was_read(number)
