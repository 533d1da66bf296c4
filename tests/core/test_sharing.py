"""What agents tell each other: the shared state with what was observed, and messages that are read once."""

from __future__ import annotations

import pytest

from mcp_server.core import sharing, updating
from mcp_server.core.sharing import read_messages, read_state, send_message, write_state
from mcp_server.domain.refusal import Misuse, UnknownRecipient
from tests.worlds import BEGINNING, LEASE, World, task


def test_an_entry_says_who_when_and_what_was_observed(world: World) -> None:
    ada = world.agent("ada", worktree="/trees/ada")
    world.checkout.changed = ["src/a", "lib/b"]
    entry = write_state(world.place, ada, "learning", "the API is slow\non Mondays")
    assert (entry.author, entry.at, entry.kind) == ("ada", BEGINNING, "learning")
    assert (entry.revision, entry.uncommitted) == ("0123456789ab", 2)
    assert world.checkout.asked == ["/trees/ada"]
    assert read_state(world.place) == [entry]
    assert [(event.agent, event.subject) for event in world.events("wrote")] == [("ada", "learning")]


def test_uncommitted_files_are_counted_in_the_authors_own_scope(world: World) -> None:
    world.plan(task("A", "src/**", "!src/x"), task("B", "docs"))
    ada = world.agent("ada")
    world.claimed(ada, "A")
    world.claimed(ada, "B")
    world.checkout.changed = ["src/a", "src/x", "lib/b", "docs/c"]
    assert write_state(world.place, ada, "status", "working").uncommitted == 2


def test_a_reader_without_a_scope_has_nothing_uncommitted(world: World) -> None:
    world.plan(task("A"))
    ada = world.agent("ada")
    world.claimed(ada, "A")
    world.checkout.changed = ["src/a"]
    assert write_state(world.place, ada, "status", "reading").uncommitted == 0


def test_what_cannot_be_observed_is_left_out(world: World) -> None:
    world.checkout.commit = world.checkout.changed = None
    entry = write_state(world.place, world.agent("ada"), "status", "outside git")
    assert (entry.revision, entry.uncommitted) == (None, None)


def test_a_status_replaces_the_authors_own_section(world: World) -> None:
    ada, bob = world.agent("ada"), world.agent("bob")
    for author, text in ((ada, "one"), (bob, "two"), (ada, "three")):
        write_state(world.place, author, "status", text)
    write_state(world.place, ada, "learning", "four")
    assert [entry.text for entry in read_state(world.place)] == ["two", "three", "four"]


def test_the_shared_state_can_be_read_since_a_time(world: World) -> None:
    ada = world.agent("ada")
    write_state(world.place, ada, "learning", "early")
    world.clock.advance(1)
    write_state(world.place, ada, "learning", "late")
    assert [entry.text for entry in read_state(world.place, BEGINNING)] == ["late"]


@pytest.mark.parametrize("text", ["", " \n", "a\0b", "a\ud800", "x" * 1_000_000])
def test_text_that_cannot_be_kept_is_refused(world: World, text: str) -> None:
    ada = world.agent("ada")
    before = world.dump()
    with pytest.raises(Misuse, match="text"):
        write_state(world.place, ada, "next", text)
    assert world.dump() == before


def test_a_message_to_an_agent_is_read_once(world: World) -> None:
    ada, bob = world.agent("ada"), world.agent("bob")
    sent = send_message(world.place, ada, "bob", "are you done?", "with the parser")
    assert sent.delivered_to == ("bob",)
    (message,) = read_messages(world.place, bob)
    assert (message.id, message.sender, message.recipient) == (sent.id, "ada", "bob")
    assert (message.subject, message.body) == ("are you done?", "with the parser")
    assert read_messages(world.place, bob) == []
    assert read_messages(world.place, bob, unread_only=False) == [message]
    assert read_messages(world.place, ada) == []


def test_a_message_to_all_reaches_everybody_present_but_its_sender(world: World) -> None:
    ada, bob, cleo = world.agent("ada"), world.agent("bob"), world.agent("cleo")
    world.leaves("cleo")
    assert send_message(world.place, ada, "all", "lunch").delivered_to == ("bob",)
    assert [len(read_messages(world.place, agent)) for agent in (ada, bob, cleo)] == [0, 1, 0]


def test_a_message_to_a_task_reaches_whoever_holds_it(world: World) -> None:
    world.plan(task("A", "src"))
    ada, bob = world.agent("ada"), world.agent("bob")
    world.claimed(bob, "A")
    assert send_message(world.place, ada, "A", "careful").delivered_to == ("bob",)
    assert [message.recipient for message in read_messages(world.place, bob)] == ["A"]


def test_a_message_to_a_task_that_nobody_holds_waits_for_its_holder(world: World) -> None:
    world.plan(task("A", "src"))
    ada, bob, cleo = world.agent("ada"), world.agent("bob"), world.agent("cleo")
    assert send_message(world.place, ada, "A", "careful").delivered_to == ()
    world.claimed(bob, "A")
    assert [message.subject for message in read_messages(world.place, bob)] == ["careful"]
    world.clock.advance(LEASE)
    world.claimed(cleo, "A")
    assert "careful" not in [message.subject for message in read_messages(world.place, cleo)]


def test_a_message_after_a_takeover_reaches_the_new_holder(world: World) -> None:
    world.plan(task("A", "src"))
    ada, bob, cleo = world.agent("ada"), world.agent("bob"), world.agent("cleo")
    world.claimed(bob, "A")
    world.clock.advance(LEASE)
    world.claimed(cleo, "A")
    assert send_message(world.place, ada, "A", "careful").delivered_to == ("cleo",)


def test_many_messages_are_read_in_portions_oldest_first(world: World) -> None:
    ada, bob = world.agent("ada"), world.agent("bob")
    for number in range(sharing.MOST_MESSAGES + 1):
        send_message(world.place, ada, "bob", f"m{number}")
    assert [message.subject for message in read_messages(world.place, bob)] == [
        f"m{number}" for number in range(sharing.MOST_MESSAGES)
    ]
    assert [message.subject for message in read_messages(world.place, bob)] == [f"m{sharing.MOST_MESSAGES}"]


def test_a_holder_may_be_named_as_the_task_list_does(world: World) -> None:
    ada, ben = world.agent("ada"), world.agent("ben")
    assert send_message(world.place, ben, "@ada", "please look").delivered_to == ("ada",)
    [message] = read_messages(world.place, ada)
    assert message.recipient == "ada"


def test_whoever_sends_to_a_finished_task_is_told_that_nobody_gets_it(world: World) -> None:
    world.plan(task("A"))
    ada, ben = world.agent("ada"), world.agent("ben")
    world.claimed(ada, "A")
    updating.update_task(world.place, ada, "A", status="done")
    assert send_message(world.place, ben, "A", "please look") == (
        1,
        (),
        "A is done: nobody gets it unless the task is opened again",
    )


def test_an_unknown_recipient_is_named(world: World) -> None:
    ada = world.agent("ada")
    before = world.dump()
    with pytest.raises(UnknownRecipient, match="no agent and no task 'nobody'"):
        send_message(world.place, ada, "nobody", "hello")
    assert world.dump() == before


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
        ("ada", "hello", "\0", "body holds a NUL"),
        ("ada", "hello", "\udfff", "body"),
        ("ada", "hello", "x" * 1_000_000, "body has 1,000,000 characters"),
    ],
)
def test_a_message_that_cannot_be_kept_is_refused(
    world: World, to: str, subject: str, body: str | None, words: str
) -> None:
    ada = world.agent("ada")
    before = world.dump()
    with pytest.raises(Misuse, match=words):
        send_message(world.place, ada, to, subject, body)
    assert world.dump() == before
