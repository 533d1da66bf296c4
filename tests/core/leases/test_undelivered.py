"""A message to an agent that has ended: its sender is notified, the task's next holder gets it, a namesake does not."""

from __future__ import annotations

import pytest

from mcp_server.core.agents.register import Caller
from mcp_server.core.leases.expire import end_gone
from mcp_server.core.shared_state.write import read_messages, send_message
from mcp_server.domain.errors import Misuse
from tests.workspace import LEASE, Workspace, task


def subjects(workspace: Workspace, agent_id: int) -> list[str]:
    return [message.subject for message in workspace.inbox(agent_id)]


def test_a_message_to_an_agent_that_has_ended_goes_to_the_next_holder_of_its_task(workspace: Workspace) -> None:
    workspace.plan(task("A", "src"))
    ada, ben = workspace.agent("ada"), workspace.agent("ben")
    workspace.claimed(ben, "A")
    workspace.leaves("ben")
    for to in ("ben", "A"):
        sent = send_message(workspace.place, ada, to, f"careful, {to}")
        assert sent.delivered_to == ()
        assert sent.ended == "ben has ended; whoever claims A next gets the message"
    cleo = workspace.agent("cleo")
    workspace.claimed(cleo, "A")
    assert {"careful, ben", "careful, A"} <= set(subjects(workspace, cleo))


def test_a_message_to_an_agent_that_ended_without_a_task_waits_for_it(workspace: Workspace) -> None:
    ada, ben = workspace.agent("ada"), workspace.agent("ben")
    workspace.leaves("ben")
    sent = send_message(workspace.place, ada, "ben", "careful")
    assert (sent.delivered_to, sent.ended) == (
        (),
        "ben has ended and held no task: nobody gets the message unless ben comes back",
    )
    assert workspace.recognise(Caller(session="another", title="ben")) == ben
    assert subjects(workspace, ben) == ["careful"]


def test_unread_messages_of_an_ended_agent_go_to_the_next_holder_and_their_senders_are_notified(
    workspace: Workspace,
) -> None:
    workspace.plan(task("A", "src"))
    ada, ben, cleo = workspace.agent("ada"), workspace.agent("ben"), workspace.agent("cleo")
    workspace.claimed(ben, "A")
    send_message(workspace.place, ada, "ben", "one")
    send_message(workspace.place, ada, "A", "two")
    workspace.leaves("ben")
    (told,) = workspace.inbox(ada)
    assert (told.sender, told.subject) == (None, "ben ended before it saw your message")
    assert told.body == '"one", "two": ben has ended; whoever claims A next gets the message.'
    workspace.claimed(cleo, "A")
    assert {"one", "two"} <= set(subjects(workspace, cleo))


def test_what_was_read_or_shown_is_not_given_back(workspace: Workspace) -> None:
    ada, ben = workspace.agent("ada"), workspace.agent("ben")
    send_message(workspace.place, ada, "ben", "one")
    read_messages(workspace.place, ben)
    send_message(workspace.place, ada, "ben", "two")
    with workspace.store.writing() as books:
        books.inbox.seen(ben, books.inbox.unseen(ben, 1)[0].id, whole=False)
    workspace.leaves("ben")
    assert subjects(workspace, ada) == []


def test_messages_of_a_gone_process_and_of_a_subagent_are_requeued_too(workspace: Workspace) -> None:
    workspace.plan(task("A", "src"))
    ada, ben = workspace.agent("ada"), workspace.agent("ben", pid=7)
    sub = workspace.subagent("ben", "x1")
    workspace.claimed(ben, "A")
    for to in ("ben", "ben/worker-1"):
        send_message(workspace.place, ada, to, f"for {to}")
    workspace.kill(7)
    with workspace.store.writing() as books:
        assert [agent.id for agent in end_gone(books)] == [ben]
    assert len(subjects(workspace, ada)) == 2
    assert subjects(workspace, sub) == ["for ben/worker-1"]


def test_senders_that_have_ended_are_not_notified(workspace: Workspace) -> None:
    ada = workspace.agent("ada")
    workspace.agent("ben")
    send_message(workspace.place, ada, "ben", "one")
    workspace.leaves("ada")
    workspace.leaves("ben")
    assert subjects(workspace, ada) == []


def test_a_message_that_asks_for_nothing_is_not_sent(workspace: Workspace) -> None:
    ada, ben = workspace.agent("ada"), workspace.agent("ben")
    before = workspace.dump()
    with pytest.raises(Misuse, match="write_state"):
        send_message(workspace.place, ada, "ben", "Build complete!")
    assert workspace.dump() == before
    assert send_message(workspace.place, ada, "ben", "done", "please review src/a.py").delivered_to == ("ben",)
    assert subjects(workspace, ben) == ["done"]


def test_unseen_messages_to_a_task_go_to_the_agent_that_takes_it_over(workspace: Workspace) -> None:
    workspace.plan(task("A", "src"))
    ada, ben, cleo = workspace.agent("ada"), workspace.agent("ben"), workspace.agent("cleo")
    workspace.claimed(ben, "A")
    send_message(workspace.place, ada, "A", "for the task")
    send_message(workspace.place, ada, "ben", "for ben")
    workspace.clock.advance(LEASE)
    workspace.claimed(cleo, "A")
    assert "for the task" in subjects(workspace, cleo)
    assert "for ben" not in subjects(workspace, cleo)
