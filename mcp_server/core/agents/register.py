"""Registers agents: who a caller is, what it is called, and when it has ended."""

from __future__ import annotations

from typing import NamedTuple

from mcp_server.core.leases.expire import end, offer_expired
from mcp_server.domain.agent import Agent, Process
from mcp_server.domain.text import clip

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.ports import Books

LONGEST_NAME = 40


class Caller(NamedTuple):
    """What the environment says about a caller: never what a model says about itself."""

    session: str
    subagent: str | None = None
    subagent_type: str | None = None
    title: str | None = None
    worktree: str = ""
    worktree_name: str | None = None
    process: Process | None = None
    kind: str = "session"

    @property
    def key(self) -> str:
        """The key that identifies it."""
        return self.session if self.subagent is None else f"{self.session}/{self.subagent}"

    @property
    def parent_key(self) -> str | None:
        """The key of the agent that it works under, or None."""
        return None if self.subagent is None else self.session


def recognise(books: Books, caller: Caller, *, after_clear: bool = False) -> Agent:
    """The calling agent, registered if it is new. It is active, so its leases are renewed.

    After `/clear` a session has a new id but is still the same agent: the last one of its process.
    """
    agent = books.agents.find(caller.key)
    if agent is None and after_clear and caller.process is not None:
        agent = books.agents.find(_process_key(caller.process))
        if agent is not None:
            books.agents.link(caller.key, agent.id)
    if agent is None:
        agent = _expected(books, caller) or _register(books, caller)
    books.agents.seen(agent.id, process=caller.process, worktree=caller.worktree or None)
    if caller.process is not None and caller.subagent is None:
        books.agents.link(_process_key(caller.process), agent.id)
    if agent.parent is not None:
        books.agents.seen(agent.parent)
    return books.agents.get(agent.id)


def leave(books: Books, key: str, why: str) -> Agent | None:
    """End the agent with this key and its subagents; None when it is unknown."""
    agent = books.agents.find(key)
    if agent is not None and agent.ended_at is None:
        end(books, agent, why)
        offer_expired(books)
    return agent


def _expected(books: Books, caller: Caller) -> Agent | None:
    """The agent that was launched in this worktree, where the client chose the session id itself."""
    if caller.kind != "session" or caller.subagent is not None or not caller.worktree:
        return None
    launch = books.launches.expected(caller.worktree)
    if launch is None or caller.title not in (None, launch.name):
        return None
    books.launches.reported(launch.task, caller.session)
    books.agents.link(caller.key, launch.agent)
    return books.agents.get(launch.agent)


def _register(books: Books, caller: Caller) -> Agent:
    parent = None
    if caller.parent_key is not None:
        parent = books.agents.find(caller.parent_key) or _register(
            books, caller._replace(subagent=None, subagent_type=None)
        )
    name = _name(books, caller, parent)
    agent = books.agents.add(
        caller.key,
        name,
        "subagent" if parent else caller.kind,
        parent=parent.id if parent else None,
        process=caller.process,
        worktree=caller.worktree,
    )
    books.events.add("joined", name, agent=agent.id)
    return agent


def _name(books: Books, caller: Caller, parent: Agent | None) -> str:
    if parent is not None:
        return _numbered(books, f"{parent.name}/{_word(caller.subagent_type) or 'agent'}-", 1)
    wanted = _word(caller.title) or _word(caller.worktree_name)
    if wanted is None:
        return _numbered(books, "agent-", books.agents.next_number())
    if books.agents.named(wanted) is None:
        return wanted
    return _numbered(books, wanted + "-", 2)


def _numbered(books: Books, stem: str, number: int) -> str:
    while books.agents.named(f"{stem}{number}") is not None:
        number += 1
    return f"{stem}{number}"


def _process_key(process: Process) -> str:
    return f"process:{process.host}:{process.pid}:{process.started}"


def _word(text: str | None) -> str | None:
    """Text as a short name of one word that is easy to type; None when nothing is left of it."""
    kept = "".join(character if character.isalnum() or character in "._-" else "-" for character in text or "")
    word = clip("-".join(part for part in kept.split("-") if part), LONGEST_NAME).rstrip("…")
    return None if not word or word == "all" else word
