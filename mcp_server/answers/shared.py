"""The answers to checking paths, writing and reading the shared state, and messages."""

from __future__ import annotations

from typing import Literal

from mcp_server.answers.answer import Answer, Part, Time
from mcp_server.core.sharing import Sent
from mcp_server.domain.decision import Decision
from mcp_server.domain.shared import Entry, Message


class PathPart(Part):
    """What the guard would decide for one path."""

    path: str
    allowed: bool
    reason: str
    holder: str | None = None
    task: str | None = None


class ScopeAnswer(Answer):
    """Answer of `scope_check`."""

    paths: list[PathPart]

    @classmethod
    def of(cls, decisions: list[Decision]) -> ScopeAnswer:
        """The answer for each path, in the order asked."""
        return cls(paths=[PathPart.model_validate(decision) for decision in decisions])

    def line(self) -> str:
        refused = [part for part in self.paths if not part.allowed]
        return refused[0].reason if refused else "All may be written."


class EntryPart(Part):
    """An entry of the shared state with what was observed when it was written."""

    id: int
    at: Time
    author: str
    kind: Literal["status", "next", "learning"]
    text: str
    revision: str | None
    uncommitted: int | None


class EntryAnswer(Answer):
    """Answer of `write_state`."""

    entry: EntryPart

    @classmethod
    def of(cls, entry: Entry) -> EntryAnswer:
        """The answer that shows what was kept."""
        return cls(entry=EntryPart.model_validate(entry))

    def line(self) -> str:
        return (
            f"Kept as {self.entry.kind}, at commit {self.entry.revision}, {self.entry.uncommitted} file(s) uncommitted."
        )


class StateAnswer(Answer):
    """Answer of `read_state`."""

    entries: list[EntryPart]

    @classmethod
    def of(cls, entries: list[Entry]) -> StateAnswer:
        """The answer with these entries."""
        return cls(entries=[EntryPart.model_validate(entry) for entry in entries])

    def line(self) -> str:
        return f"{len(self.entries)} entries."


class SentAnswer(Answer):
    """Answer of `send_message`."""

    id: int
    delivered_to: list[str]

    @classmethod
    def of(cls, sent: Sent) -> SentAnswer:
        """The answer that says who got it."""
        return cls.model_validate(sent)

    def line(self) -> str:
        return f"Sent to {', '.join(self.delivered_to)}." if self.delivered_to else "Kept for whoever comes."


class MessagePart(Part):
    """A message."""

    id: int
    at: Time
    sender: str | None
    recipient: str
    subject: str
    body: str


class MessagesAnswer(Answer):
    """Answer of `read_messages`."""

    messages: list[MessagePart]

    @classmethod
    def of(cls, messages: list[Message]) -> MessagesAnswer:
        """The answer with these messages."""
        return cls(messages=[MessagePart.model_validate(message) for message in messages])

    def line(self) -> str:
        return f"{len(self.messages)} message(s)."
