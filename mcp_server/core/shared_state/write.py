"""Writes and reads the shared state, with what was observed at the time, and messages."""

from __future__ import annotations

from typing import NamedTuple

from mcp_server.core.leases.obstacles import lease_of, parsed
from mcp_server.core.leases.undelivered import fate_of_message, last_claim
from mcp_server.core.shared_state.unconfirmed import doubt
from mcp_server.core.workplace import Workplace
from mcp_server.domain import accepted_text
from mcp_server.domain.agent import PLACEHOLDERS, Agent
from mcp_server.domain.errors import Misuse, UnknownRecipient
from mcp_server.domain.messages import Entry, EntryKind, Message
from mcp_server.domain.task import Task
from mcp_server.ports import Books

EVERYBODY = "all"
MOST_MESSAGES = 100
MOST_NAMED = 10
MOST_CHARACTERS = 5_500
FOR_A_MESSAGE = 150
"""Characters that a message takes beside its text."""


class Sent(NamedTuple):
    """A message that was sent, and to whom it was delivered; `ended` says what happens if its reader has ended."""

    id: int
    delivered_to: tuple[str, ...]
    ended: str | None = None


def write_state(place: Workplace, agent_id: int, kind: EntryKind, said: str) -> Entry:
    """Write to the shared state; the commit and the number of uncommitted files in the author's scope are observed.

    A status that claims more than was observed is kept, marked as unconfirmed.
    """
    words = accepted_text.paragraph("text", said)
    with place.store.reading() as books:
        agent = books.agents.get(agent_id)
        scope = [parsed(lease.scope) for lease in books.leases.held_by(agent_id) if lease.task]
    revision = place.checkout.revision(agent.worktree)
    uncommitted = place.checkout.uncommitted(
        agent.worktree, lambda path: not scope or any(part.covers(path) for part in scope)
    )
    against = doubt(place, agent, kind, words, scope=scope, uncommitted=uncommitted)
    with place.store.writing() as books:
        entry = books.shared.write(agent_id, kind, words, revision, uncommitted, against)
        books.events.add("wrote", kind, agent=agent_id)
        return entry


def read_state(place: Workplace, since: float | None = None) -> list[Entry]:
    """The shared state: each agent's own status, what is needed next, what was learned; oldest first."""
    with place.store.reading() as books:
        return books.shared.entries(since)


def send_message(place: Workplace, agent_id: int, to: str, subject: str, body: str | None = None) -> Sent:
    """Send to an agent, to whoever holds a task (or will), or to all; refuses a recipient that does not exist.

    Also refuses a message that asks for nothing: that belongs in a status. A subject that begins with "urgent"
    reaches its reader even when it is about to stop.
    """
    from mcp_server.domain.heuristics import empty_message  # only needed to send

    recipient = accepted_text.line("to", to, accepted_text.NAME)
    recipient = recipient.removeprefix("@") or recipient  # the task list names a holder so
    headline = accepted_text.line("subject", subject)
    words = accepted_text.paragraph("body", body) if body and body.strip() else ""
    if empty_message.asks_for_nothing(headline, words):
        raise Misuse(
            "nothing was sent: this asks nobody to do anything. What others should know goes into the shared state "
            '(write_state(kind="status") or kind="learning"); a message says what its reader has to do'
        )
    with place.store.writing() as books:
        return post(books, agent_id, recipient, headline, words)


def post(books: Books, agent_id: int, recipient: str, headline: str, words: str) -> Sent:
    """Send a message that was checked before; refuses a recipient that does not exist."""
    readers, task = _readers(books, agent_id, recipient)
    ended = None
    if recipient != EVERYBODY and readers and readers[0].ended_at is not None:
        claim = last_claim(books, readers[0])
        inherited = books.tasks.get(claim.task) if claim is not None and claim.task is not None else None
        task = inherited.seq if inherited is not None else task
        ended = fate_of_message(readers[0].name, inherited.id if inherited is not None else None)
    elif not readers and recipient != EVERYBODY:
        ended = _too_late(books.tasks.get(recipient))
    number = books.shared.send(agent_id, recipient, [reader.id for reader in readers], headline, words, task=task)
    return Sent(number, tuple(reader.name for reader in readers if reader.ended_at is None), ended)


def read_messages(place: Workplace, agent_id: int, *, unread_only: bool = True) -> list[Message]:
    """The agent's messages, oldest first, as many as a reader takes at once; they count as read afterwards."""
    with place.store.writing() as books:
        messages = _at_once(books.shared.inbox(agent_id, unread_only=unread_only, limit=MOST_MESSAGES))
        books.shared.read(agent_id, [message.id for message in messages])
        return messages


def still_unread(place: Workplace, agent_id: int) -> int:
    """How many messages the agent has not read."""
    with place.store.reading() as books:
        return len(books.shared.unread(agent_id))


def _at_once(messages: list[Message]) -> list[Message]:
    """The first of them that make no long text together; always at least one."""
    room = MOST_CHARACTERS
    for number, message in enumerate(messages):
        room -= len(message.subject) + len(message.body) + FOR_A_MESSAGE
        if room < 0 and number:
            return messages[:number]
    return messages


def _readers(books: Books, sender: int, recipient: str) -> tuple[list[Agent], int | None]:
    if recipient == EVERYBODY:
        return [agent for agent in books.agents.present() if agent.id != sender], None
    agent = books.agents.named(recipient)
    if agent is not None and agent.kind not in PLACEHOLDERS:
        return [agent], None
    task = books.tasks.get(recipient)
    if task is None:
        present = [agent for agent in books.agents.present() if agent.id != sender and not agent.is_address]
        here = [agent.name for agent in present if not books.presence.has_ended(agent.id)]
        raise UnknownRecipient(recipient, here[:MOST_NAMED])
    lease = lease_of(books, task)
    review = books.reviews.of(task.seq) if lease is not None and lease.is_review else None
    if review is not None:
        return [books.agents.get(review.author)], task.seq
    return ([], task.seq) if lease is None else ([books.agents.get(lease.holder)], None)


def _too_late(task: Task | None) -> str | None:
    """What happens to a message to a task that nobody will claim."""
    if task is None or task.status not in ("done", "dropped"):
        return None
    what = "is done" if task.status == "done" else "was removed from the task list"
    return f"{task.id} {what}: nobody gets the message unless the task is reopened"
