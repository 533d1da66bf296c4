"""Messages whose reader has ended: its task's next holder gets them, and their senders are notified."""

from __future__ import annotations

from mcp_server.domain.agent import Agent
from mcp_server.domain.lease import Lease
from mcp_server.domain.task import Task
from mcp_server.domain.text import clip

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.ports import Books

MOST_NAMED = 5


def last_claim(books: Books, agent: Agent) -> Lease | None:
    """The newest claim of an agent that has ended: its next holder gets the agent's unread messages."""
    claims = [lease for lease in books.leases.held_by(agent.id) if lease.task is not None and lease.resource is None]
    return claims[-1] if claims else None


def requeue_unread(books: Books, agent: Agent) -> None:
    """Requeue the unread messages of an agent that has just ended. It still gets them if it comes back."""
    from mcp_server.domain.messages import PERSON  # few ends come here, and it is large

    unread = [message for message in books.shared.unread(agent.id) if message.sender is not None]
    if not unread:
        return
    claim = last_claim(books, agent)
    task = books.tasks.get(claim.task) if claim is not None and claim.task is not None else None
    if task is not None:
        books.shared.await_holder([message.id for message in unread], task.seq)
    for sender in dict.fromkeys(message.sender for message in unread):
        reader = books.agents.named(sender) if sender else None
        if reader is not None and reader.ended_at is None and reader.name != PERSON:
            subjects = [message.subject for message in unread if message.sender == sender]
            _notify_sender(books, reader, agent, subjects, task.id if task is not None else None)


def inherit(books: Books, lease: Lease, taker: Agent, task: Task) -> None:
    """Pass the unread messages to a task on to the agent that takes over its claim."""
    unread = [message.id for message in books.shared.unread(lease.holder) if message.recipient == task.id]
    if unread:
        books.shared.await_holder(unread, task.seq)
        books.shared.hand_on(task.seq, taker.id)


def fate_of_message(name: str, task_id: str | None) -> str:
    """What happens to a message to an agent that has ended."""
    if task_id is not None:
        return f"{name} has ended; whoever claims {task_id} next gets the message"
    return f"{name} has ended and held no task: nobody gets the message unless {name} comes back"


def _notify_sender(books: Books, sender: Agent, ended: Agent, subjects: list[str], task_id: str | None) -> None:
    named = ", ".join(f'"{clip(subject, 80)}"' for subject in subjects[:MOST_NAMED])
    more = f" and {len(subjects) - MOST_NAMED} more" if len(subjects) > MOST_NAMED else ""
    books.shared.send(
        None,
        sender.name,
        [sender.id],
        f"{ended.name} ended before it saw your message",
        f"{named}{more}: {fate_of_message(ended.name, task_id)}.",
    )
