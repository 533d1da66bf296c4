"""A message to somebody who has ended: its sender knows, the task's next holder gets it, a namesake does not."""

from __future__ import annotations

import pytest

from mcp_server.core.arriving import Caller
from mcp_server.core.lapsing import end_gone
from mcp_server.core.sharing import read_messages, send_message
from mcp_server.domain.refusal import Misuse
from tests.worlds import LEASE, World, task


def subjects(world: World, agent_id: int) -> list[str]:
    return [message.subject for message in world.inbox(agent_id)]


def test_a_message_to_an_agent_that_has_ended_goes_to_the_next_holder_of_its_task(world: World) -> None:
    world.plan(task("A", "src"))
    ada, ben = world.agent("ada"), world.agent("ben")
    world.claimed(ben, "A")
    world.leaves("ben")
    for to in ("ben", "A"):
        sent = send_message(world.place, ada, to, f"careful, {to}")
        assert sent.delivered_to == ()
        assert sent.ended == "ben has ended; whoever claims A next gets it"
    cleo = world.agent("cleo")
    world.claimed(cleo, "A")
    assert {"careful, ben", "careful, A"} <= set(subjects(world, cleo))


def test_a_message_to_one_who_ended_with_nothing_waits_for_it_alone(world: World) -> None:
    ada, ben = world.agent("ada"), world.agent("ben")
    world.leaves("ben")
    sent = send_message(world.place, ada, "ben", "careful")
    assert (sent.delivered_to, sent.ended) == (
        (), "ben has ended and held no task: nobody gets it unless ben comes back",
    )  # fmt: skip
    namesake = world.recognise(Caller(session="another", title="ben"))
    assert namesake != ben
    assert subjects(world, namesake) == []
    assert world.agent("ben") == ben
    assert subjects(world, ben) == ["careful"]


def test_who_ends_with_mail_unread_leaves_it_to_its_tasks_next_holder_and_the_senders_know(world: World) -> None:
    world.plan(task("A", "src"))
    ada, ben, cleo = world.agent("ada"), world.agent("ben"), world.agent("cleo")
    world.claimed(ben, "A")
    send_message(world.place, ada, "ben", "one")
    send_message(world.place, ada, "A", "two")
    world.leaves("ben")
    (told,) = world.inbox(ada)
    assert (told.sender, told.subject) == (None, "ben ended without having seen your message")
    assert told.body == '"one", "two": ben has ended; whoever claims A next gets it.'
    world.claimed(cleo, "A")
    assert {"one", "two"} <= set(subjects(world, cleo))


def test_what_was_read_or_shown_is_not_given_back(world: World) -> None:
    ada, ben = world.agent("ada"), world.agent("ben")
    send_message(world.place, ada, "ben", "one")
    read_messages(world.place, ben)
    send_message(world.place, ada, "ben", "two")
    with world.store.writing() as books:
        books.mail.seen(ben, books.mail.unseen(ben, 1)[0].id, whole=False)
    world.leaves("ben")
    assert subjects(world, ada) == []


def test_a_process_that_is_gone_and_a_subagent_give_their_mail_back_too(world: World) -> None:
    world.plan(task("A", "src"))
    ada, ben = world.agent("ada"), world.agent("ben", pid=7)
    sub = world.subagent("ben", "x1")
    world.claimed(ben, "A")
    for to in ("ben", "ben/worker-1"):
        send_message(world.place, ada, to, f"for {to}")
    world.kill(7)
    with world.store.writing() as books:
        assert [agent.id for agent in end_gone(books, world.processes)] == [ben]
    assert len(subjects(world, ada)) == 2
    assert subjects(world, sub) == ["for ben/worker-1"]


def test_senders_that_have_ended_themselves_are_told_nothing(world: World) -> None:
    ada = world.agent("ada")
    world.agent("ben")
    send_message(world.place, ada, "ben", "one")
    world.leaves("ada")
    world.leaves("ben")
    assert subjects(world, ada) == []


def test_a_message_that_asks_for_nothing_is_not_sent(world: World) -> None:
    ada, ben = world.agent("ada"), world.agent("ben")
    before = world.dump()
    with pytest.raises(Misuse, match="write_state"):
        send_message(world.place, ada, "ben", "Build complete!")
    assert world.dump() == before
    assert send_message(world.place, ada, "ben", "done", "please review src/a.py").delivered_to == ("ben",)
    assert subjects(world, ben) == ["done"]


def test_what_was_sent_to_a_task_and_not_seen_goes_with_it_when_it_is_taken_over(world: World) -> None:
    world.plan(task("A", "src"))
    ada, ben, cleo = world.agent("ada"), world.agent("ben"), world.agent("cleo")
    world.claimed(ben, "A")
    send_message(world.place, ada, "A", "for the task")
    send_message(world.place, ada, "ben", "for ben")
    world.clock.advance(LEASE)
    world.claimed(cleo, "A")
    assert "for the task" in subjects(world, cleo)
    assert "for ben" not in subjects(world, cleo)
