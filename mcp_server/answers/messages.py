"""The answers to checking paths, writing and reading the shared state, and messages."""

from __future__ import annotations

from typing import Literal

from mcp_server.answers.answer import Answer, Part, Time
from mcp_server.core.shared_state.sync import SharedState
from mcp_server.core.shared_state.write import Sent
from mcp_server.domain.decision import Decision
from mcp_server.domain.messages import Entry, Message
from mcp_server.domain.text import count


class PathPart(Part):
    """What the guard would decide for one path."""

    path: str
    allowed: bool
    reason: str
    holder: str | None = None
    task: str | None = None


class ScopeAnswer(Answer):
    """Answer of `scope_check`."""

    MORE = "ask about fewer paths at once"

    paths: list[PathPart]

    @classmethod
    def of(cls, decisions: list[Decision]) -> ScopeAnswer:
        return cls(paths=[PathPart.model_validate(decision) for decision in decisions])

    def line(self) -> str:
        refused = [part for part in self.paths if not part.allowed]
        return refused[0].reason if refused else "All of these may be written."


class CommandAnswer(Answer):
    """What the guard decides on a Bash command, and what was read in it; paths are relative to the root.

    `writes` are certain and judged; `possible` ones are what a program touches beside its purpose. `unknown`: it may
    write more than both, and `why` says why.
    """

    allowed: bool
    reason: str
    writes: list[str]
    possible: list[str]
    unknown: bool
    why: list[str]
    holder: str | None = None
    task: str | None = None

    def line(self) -> str:
        return self.reason


class EntryPart(Part):
    """An entry of the shared state with what was observed when it was written."""

    id: int
    at: Time
    author: str
    kind: Literal["status", "next", "learning"]
    text: str
    revision: str | None
    uncommitted: int | None
    unconfirmed: str | None = None


def _seen(entry: EntryPart) -> str:
    at = f"at commit {entry.revision}" if entry.revision else "with no commit yet"
    return at if entry.uncommitted is None else f"{at}, {count(entry.uncommitted, 'file')} uncommitted"


class EntryAnswer(Answer):
    """Answer of `write_state`."""

    entry: EntryPart

    @classmethod
    def of(cls, shared_state: SharedState) -> EntryAnswer:
        return cls(entry=_part(shared_state.entries[0]), notice=shared_state.trouble)

    def line(self) -> str:
        doubt = self.entry.unconfirmed
        return f"Kept as {self.entry.kind}, {_seen(self.entry)}." + (
            f" It is marked as unconfirmed: {doubt}. Commit or test, then write it again." if doubt else ""
        )


class StateAnswer(Answer):
    """Answer of `read_state`."""

    MORE = "read_state(since=…) shows the entries after a time"
    NEWEST_LAST = frozenset({"entries"})

    entries: list[EntryPart]
    older: int | None = None

    @classmethod
    def of(cls, shared_state: SharedState) -> StateAnswer:
        entries = [_part(entry) for entry in shared_state.entries]
        return cls(entries=entries, older=shared_state.older or None, notice=shared_state.trouble)

    def line(self) -> str:
        are, them = ("one is", "it") if self.older == 1 else ("ones are", "them")
        more = f" {self.older} older {are} not shown: `since` shows {them}." if self.older else ""
        return f"{len(self.entries)} {'entry' if len(self.entries) == 1 else 'entries'}.{more}"


class SentAnswer(Answer):
    """Answer of `send_message`."""

    id: int
    delivered_to: list[str]
    ended: str | None = None

    @classmethod
    def of(cls, sent: Sent) -> SentAnswer:
        return cls.model_validate(sent)

    def line(self) -> str:
        if self.ended is not None:
            return f"Kept: {self.ended}."
        return f"Sent to {', '.join(self.delivered_to)}." if self.delivered_to else "Kept for the next reader."


class MessagePart(Part):
    """A message."""

    id: int
    at: Time
    sender: str | None
    recipient: str
    subject: str
    body: str
    times: int = 1


class MessagesAnswer(Answer):
    """Answer of `read_messages`."""

    messages: list[MessagePart]

    @classmethod
    def of(cls, messages: list[Message], unread: int) -> MessagesAnswer:
        shown = [MessagePart.model_validate(message) for message in messages]
        return cls(messages=shown, left_out={"messages": unread} if unread else None)

    def line(self) -> str:
        unread = (self.left_out or {}).get("messages")
        are, them = ("is", "it") if unread == 1 else ("are", "them")
        more = f" {unread} more {are} unread: read_messages shows {them}." if unread else ""
        return f"{count(len(self.messages), 'message')}.{more}"


def _part(entry: Entry) -> EntryPart:
    return EntryPart.model_validate({**entry._asdict(), "unconfirmed": entry.doubt})
