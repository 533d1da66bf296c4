"""The log, the shared state, the messages and who makes a call, in memory."""

from __future__ import annotations

from collections.abc import Sequence

from mcp_server.adapters.memory.tables import MemoryState
from mcp_server.domain.messages import Entry, EntryKind, Event, Message, ToolCall


class MemoryEvents:
    """The append-only log."""

    def __init__(self, state: MemoryState) -> None:
        self._state = state

    def add(
        self,
        kind: str,
        subject: str,
        *,
        agent: int | None = None,
        detail: str | None = None,
        id: int | None = None,  # noqa: A002  the event's own number
    ) -> int:
        """Append an event; its number."""
        number = max(self._state.events, default=0) + 1 if id is None else id
        name = None if agent is None else self._state.name(agent)
        self._state.events[number] = Event(number, self._state.now, name, kind, subject, detail)
        return number

    def recent(self, limit: int) -> list[Event]:
        """The newest events, oldest of them first."""
        return [self._state.events[number] for number in sorted(self._state.events)[-limit:]]


class MemoryShared:
    """The shared state and the messages."""

    def __init__(self, state: MemoryState) -> None:
        self._state = state

    def write(  # noqa: PLR0913  one argument per part of an entry
        self,
        agent_id: int,
        kind: EntryKind,
        text: str,
        revision: str | None,
        uncommitted: int | None,
        doubt: str | None = None,
    ) -> Entry:
        """Keep an entry; a `status` replaces the one that its author wrote before."""
        author = self._state.name(agent_id)
        if kind == "status":
            old = [e.id for e in self._state.entries.values() if e.kind == "status" and e.author == author]
            for number in old:
                del self._state.entries[number]
        entry = Entry(self._state.count("entry"), self._state.now, author, kind, text, revision, uncommitted, doubt)
        self._state.entries[entry.id] = entry
        return entry

    def entries(self, since: float | None) -> list[Entry]:
        """All that was written after `since`, oldest first."""
        visible = (e for e in self._state.entries.values() if e.id not in self._state.hidden)
        return [e for e in visible if since is None or e.at > since]

    def send(  # noqa: PLR0913  one argument per part of a message
        self,
        sender: int | None,
        recipient: str,
        readers: Sequence[int],
        subject: str,
        body: str,
        *,
        task: int | None = None,
    ) -> int:
        """Keep a message for its readers, and, with `task`, for whoever holds that task next.

        One that all of them have unread already is not kept twice: it is counted.
        """
        again = self._repeated(sender, recipient, readers, subject, body, task)
        if again is not None:
            return self._count(again)
        number = self._state.count("message")
        name = None if sender is None else self._state.name(sender)
        self._state.messages[number] = Message(number, self._state.now, name, recipient, subject, body)
        if task is not None:
            self._state.for_task[number] = task
            self._state.tasks[task] = self._state.tasks[task]._replace(kept=True)
        for reader in readers:
            self._state.deliveries[(reader, number)] = None
        return number

    def inbox(self, agent_id: int, *, unread_only: bool, limit: int) -> list[Message]:
        """The messages to this agent, oldest first; the oldest `limit` of the unread, the newest of all."""
        found = sorted(
            number
            for (reader, number), read_at in self._state.deliveries.items()
            if reader == agent_id and (read_at is None or not unread_only)
        )
        shown = found[:limit] if unread_only else found[-limit:]
        return [self._state.messages[number] for number in shown]

    def read(self, agent_id: int, message_ids: Sequence[int]) -> None:
        """This agent has read these messages."""
        for number in message_ids:
            if self._state.deliveries.get((agent_id, number), 0.0) is None:
                self._state.deliveries[(agent_id, number)] = self._state.now

    def hand_on(self, task_seq: int, agent_id: int) -> None:
        """Give what was sent to a task that nobody held to its new holder."""
        for number in [number for number, task in self._state.for_task.items() if task == task_seq]:
            del self._state.for_task[number]
            self._state.deliveries.setdefault((agent_id, number), None)

    def await_holder(self, message_ids: Sequence[int], task_seq: int) -> None:
        """Give these messages to the next holder of a task as well."""
        for number in message_ids:
            self._state.for_task[number] = task_seq
        self._state.tasks[task_seq] = self._state.tasks[task_seq]._replace(kept=True)

    def unread(self, agent_id: int) -> list[Message]:
        """The messages to this agent that it has neither read nor been shown, oldest first."""
        return [
            self._state.messages[number]
            for (reader, number), read_at in sorted(self._state.deliveries.items(), key=lambda item: item[0])
            if reader == agent_id and read_at is None and (reader, number) not in self._state.shown
        ]

    def was_read(self, message_id: int) -> bool:
        """Whether somebody has read this message."""
        return any(
            read_at is not None for (_, number), read_at in self._state.deliveries.items() if number == message_id
        )

    def _count(self, number: int) -> int:
        message = self._state.messages[number]
        self._state.messages[number] = message._replace(times=message.times + 1)
        return number

    def _repeated(  # noqa: PLR0913  one argument per part of a message
        self, sender: int | None, recipient: str, readers: Sequence[int], subject: str, body: str, task: int | None
    ) -> int | None:
        """The message that says the same and that each of these readers has unread, or None."""
        said = (None if sender is None else self._state.name(sender), recipient, subject, body)
        same = [
            message.id
            for message in self._state.messages.values()
            if (message.sender, message.recipient, message.subject, message.body) == said
            and self._state.for_task.get(message.id) == task
        ]
        found = {
            max((number for number in same if self._state.deliveries.get((reader, number), 0.0) is None), default=None)
            for reader in readers
        }
        if not readers and task is not None:
            found = {max(same, default=None)}
        return found.pop() if len(found) == 1 else None


class MemoryCalls:
    """Who makes which call of Interlock's own tools."""

    def __init__(self, state: MemoryState) -> None:
        self._state = state

    def announce(self, call_id: str, agent_id: int, directory: str) -> None:
        """This agent is about to make this tool call."""
        self._state.calls[call_id] = ToolCall(agent_id, directory)

    def answer(self, call_id: str) -> ToolCall | None:
        """Who makes this call; it is forgotten with the answer."""
        return self._state.calls.pop(call_id, None)
