"""The shared state with what was observed, and messages that are read once."""

from __future__ import annotations

import pytest

from mcp_server.core.shared_state import write
from mcp_server.core.shared_state.write import read_messages, read_state, send_message, write_state
from mcp_server.core.tasks import update
from mcp_server.domain.errors import Misuse, UnknownRecipient
from tests.workspace import LEASE, START_TIME, Workspace, task


def test_an_entry_has_its_author_its_time_and_what_was_observed(workspace: Workspace) -> None:
    ada = workspace.agent("ada", worktree="/trees/ada")
    workspace.checkout.changed = ["src/a", "lib/b"]
    entry = write_state(workspace.place, ada, "learning", "the API is slow\non Mondays")
    assert (entry.author, entry.at, entry.kind) == ("ada", START_TIME, "learning")
    assert (entry.revision, entry.uncommitted) == ("0123456789ab", 2)
    assert workspace.checkout.asked == ["/trees/ada"]
    assert read_state(workspace.place) == [entry]
    assert [(event.agent, event.subject) for event in workspace.events("wrote")] == [("ada", "learning")]


def test_uncommitted_files_are_counted_in_the_authors_own_scope(workspace: Workspace) -> None:
    workspace.plan(task("A", "src/**", "!src/x"), task("B", "docs"))
    ada = workspace.agent("ada")
    workspace.claimed(ada, "A")
    workspace.claimed(ada, "B")
    workspace.checkout.changed = ["src/a", "src/x", "lib/b", "docs/c"]
    assert write_state(workspace.place, ada, "status", "working").uncommitted == 2


def test_a_reader_without_a_scope_has_nothing_uncommitted(workspace: Workspace) -> None:
    workspace.plan(task("A"))
    ada = workspace.agent("ada")
    workspace.claimed(ada, "A")
    workspace.checkout.changed = ["src/a"]
    assert write_state(workspace.place, ada, "status", "reading").uncommitted == 0


def test_what_cannot_be_observed_is_left_out(workspace: Workspace) -> None:
    workspace.checkout.commit = workspace.checkout.changed = None
    entry = write_state(workspace.place, workspace.agent("ada"), "status", "outside git")
    assert (entry.revision, entry.uncommitted) == (None, None)


def test_a_status_replaces_the_authors_own_section(workspace: Workspace) -> None:
    ada, bob = workspace.agent("ada"), workspace.agent("bob")
    for author, text in ((ada, "one"), (bob, "two"), (ada, "three")):
        write_state(workspace.place, author, "status", text)
    write_state(workspace.place, ada, "learning", "four")
    assert [entry.text for entry in read_state(workspace.place)] == ["two", "three", "four"]


def test_the_shared_state_can_be_read_since_a_time(workspace: Workspace) -> None:
    ada = workspace.agent("ada")
    write_state(workspace.place, ada, "learning", "early")
    workspace.clock.advance(1)
    write_state(workspace.place, ada, "learning", "late")
    assert [entry.text for entry in read_state(workspace.place, START_TIME)] == ["late"]


@pytest.mark.parametrize("text", ["", " \n", "a\0b", "a\ud800", "x" * 1_000_000])
def test_text_that_cannot_be_kept_is_refused(workspace: Workspace, text: str) -> None:
    ada = workspace.agent("ada")
    before = workspace.dump()
    with pytest.raises(Misuse, match="text"):
        write_state(workspace.place, ada, "next", text)
    assert workspace.dump() == before


def test_a_message_to_an_agent_is_read_once(workspace: Workspace) -> None:
    ada, bob = workspace.agent("ada"), workspace.agent("bob")
    sent = send_message(workspace.place, ada, "bob", "are you done?", "with the parser")
    assert sent.delivered_to == ("bob",)
    (message,) = read_messages(workspace.place, bob)
    assert (message.id, message.sender, message.recipient) == (sent.id, "ada", "bob")
    assert (message.subject, message.body) == ("are you done?", "with the parser")
    assert read_messages(workspace.place, bob) == []
    assert read_messages(workspace.place, bob, unread_only=False) == [message]
    assert read_messages(workspace.place, ada) == []


def test_a_message_to_all_reaches_everybody_present_but_its_sender(workspace: Workspace) -> None:
    ada, bob, cleo = workspace.agent("ada"), workspace.agent("bob"), workspace.agent("cleo")
    workspace.leaves("cleo")
    assert send_message(workspace.place, ada, "all", "lunch").delivered_to == ("bob",)
    assert [len(read_messages(workspace.place, agent)) for agent in (ada, bob, cleo)] == [0, 1, 0]


def test_a_message_to_a_task_reaches_whoever_holds_it(workspace: Workspace) -> None:
    workspace.plan(task("A", "src"))
    ada, bob = workspace.agent("ada"), workspace.agent("bob")
    workspace.claimed(bob, "A")
    assert send_message(workspace.place, ada, "A", "careful").delivered_to == ("bob",)
    assert [message.recipient for message in read_messages(workspace.place, bob)] == ["A"]


def test_a_message_to_a_task_that_nobody_holds_waits_for_its_holder(workspace: Workspace) -> None:
    workspace.plan(task("A", "src"))
    ada, bob, cleo = workspace.agent("ada"), workspace.agent("bob"), workspace.agent("cleo")
    assert send_message(workspace.place, ada, "A", "careful").delivered_to == ()
    workspace.claimed(bob, "A")
    assert [message.subject for message in read_messages(workspace.place, bob)] == ["careful"]
    workspace.clock.advance(LEASE)
    workspace.claimed(cleo, "A")
    assert "careful" not in [message.subject for message in read_messages(workspace.place, cleo)]


def test_a_message_after_a_takeover_reaches_the_new_holder(workspace: Workspace) -> None:
    workspace.plan(task("A", "src"))
    ada, bob, cleo = workspace.agent("ada"), workspace.agent("bob"), workspace.agent("cleo")
    workspace.claimed(bob, "A")
    workspace.clock.advance(LEASE)
    workspace.claimed(cleo, "A")
    assert send_message(workspace.place, ada, "A", "careful").delivered_to == ("cleo",)


def test_many_messages_are_read_in_portions_oldest_first(workspace: Workspace) -> None:
    ada, bob = workspace.agent("ada"), workspace.agent("bob")
    for number in range(write.MOST_MESSAGES + 1):
        send_message(workspace.place, ada, "bob", f"m{number}")
    portions = [[message.subject for message in read_messages(workspace.place, bob)] for _ in range(4)]
    assert sum(portions, []) == [f"m{number}" for number in range(write.MOST_MESSAGES + 1)]
    assert 1 < len(portions[0]) < write.MOST_MESSAGES
    assert write.still_unread(workspace.place, bob) == 0


def test_a_holder_may_be_named_as_the_task_list_does(workspace: Workspace) -> None:
    ada, ben = workspace.agent("ada"), workspace.agent("ben")
    assert send_message(workspace.place, ben, "@ada", "please look").delivered_to == ("ada",)
    [message] = read_messages(workspace.place, ada)
    assert message.recipient == "ada"


def test_the_sender_to_a_finished_task_learns_that_nobody_gets_the_message(workspace: Workspace) -> None:
    workspace.plan(task("A"))
    ada, ben = workspace.agent("ada"), workspace.agent("ben")
    workspace.claimed(ada, "A")
    update.update_task(workspace.place, ada, "A", status="done")
    assert send_message(workspace.place, ben, "A", "please look") == (
        1,
        (),
        "A is done: nobody gets the message unless the task is reopened",
    )


def test_an_unknown_recipient_is_named(workspace: Workspace) -> None:
    ada = workspace.agent("ada")
    before = workspace.dump()
    with pytest.raises(UnknownRecipient, match="no agent and no task 'nobody'"):
        send_message(workspace.place, ada, "nobody", "hello")
    assert workspace.dump() == before


@pytest.mark.parametrize(
    ("to", "subject", "body", "words"),
    [
        ("", "hello", None, "to is empty"),
        ("\ud800", "hello", None, "to "),
        ("x" * 1_000_000, "hello", None, "to has 1,000,000 characters"),
        ("ada", "", None, "subject is empty"),
        ("ada", "a\nb", None, "subject"),
        ("ada", "a\0b", None, "subject"),
        ("ada", "x" * 1_000_000, None, "subject has 1,000,000 characters"),
        ("ada", "hello", "\0", "body contains a NUL"),
        ("ada", "hello", "\udfff", "body"),
        ("ada", "hello", "x" * 1_000_000, "body has 1,000,000 characters"),
    ],
)
def test_a_message_that_cannot_be_kept_is_refused(
    workspace: Workspace, to: str, subject: str, body: str | None, words: str
) -> None:
    ada = workspace.agent("ada")
    before = workspace.dump()
    with pytest.raises(Misuse, match=words):
        send_message(workspace.place, ada, to, subject, body)
    assert workspace.dump() == before
