"""What becomes of messages whose reader has ended: its task's next holder gets them, and their senders are told."""

from __future__ import annotations

from mcp_server.domain.agent import Agent
from mcp_server.domain.lease import Lease
from mcp_server.domain.messages import PERSON
from mcp_server.domain.task import Task
from mcp_server.domain.text import clip
from mcp_server.ports import Books

MOST_NAMED = 5


def heir(books: Books, agent: Agent) -> Lease | None:
    """The claim whose next holder inherits the mail of an agent that has ended: the one that it took last."""
    claims = [lease for lease in books.leases.held_by(agent.id) if lease.task is not None and lease.resource is None]
    return claims[-1] if claims else None


def hand_back(books: Books, agent: Agent) -> None:
    """An agent has just ended with messages that it was never shown. It gets them still, should it come back."""
    unread = [message for message in books.shared.unread(agent.id) if message.sender is not None]
    if not unread:
        return
    claim = heir(books, agent)
    task = books.tasks.get(claim.task) if claim is not None and claim.task is not None else None
    if task is not None:
        books.shared.await_holder([message.id for message in unread], task.seq)
    for sender in dict.fromkeys(message.sender for message in unread):
        reader = books.agents.named(sender) if sender else None
        if reader is not None and reader.ended_at is None and reader.name != PERSON:
            subjects = [message.subject for message in unread if message.sender == sender]
            _tell(books, reader, agent, subjects, task.id if task is not None else None)


def inherit(books: Books, lease: Lease, taker: Agent, task: Task) -> None:
    """A claim is taken over: what was sent to its task and never shown to the former holder goes with it."""
    unread = [message.id for message in books.shared.unread(lease.holder) if message.recipient == task.id]
    if unread:
        books.shared.await_holder(unread, task.seq)
        books.shared.hand_on(task.seq, taker.id)


def whereabouts(name: str, task_id: str | None) -> str:
    """What happens to a message to somebody who has ended."""
    if task_id is not None:
        return f"{name} has ended; whoever claims {task_id} next gets it"
    return f"{name} has ended and held no task: nobody gets it unless {name} comes back"


def _tell(books: Books, sender: Agent, ended: Agent, subjects: list[str], task_id: str | None) -> None:
    named = ", ".join(f'"{clip(subject, 80)}"' for subject in subjects[:MOST_NAMED])
    more = f" and {len(subjects) - MOST_NAMED} more" if len(subjects) > MOST_NAMED else ""
    books.shared.send(
        None,
        sender.name,
        [sender.id],
        f"{ended.name} ended without having seen your message",
        f"{named}{more}: {whereabouts(ended.name, task_id)}.",
    )
