"""Registers agents: who a caller is, what it is called, and when it has ended."""

from __future__ import annotations

from mcp_server.core.leases.expire import end, offer_expired
from mcp_server.domain.agent import Agent, Process
from mcp_server.domain.machines.names import at_host, on_host, without_host
from mcp_server.domain.text import clip
from mcp_server.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.ports import Books

LONGEST_NAME = 40


class Caller(NamedTuple):
    """What the environment says about a caller: never what a model says about itself."""

    session: str
    subagent: str | None = None
    subagent_type: str | None = None
    """What it was started as; empty for a session that was started as nothing in particular, None if nobody says."""
    teammate: str | None = None
    """What a teammate is called; with `lead`, the session it works for, it has a session of its own."""
    lead: str | None = None
    title: str | None = None
    worktree: str = ""
    worktree_name: str | None = None
    process: Process | None = None
    kind: str = "session"
    is_expected: bool = False
    """A teammate that its lead is about to start: nobody has seen it yet."""
    can: tuple[str, ...] | None = None
    """The capabilities that its session says it has; None where it says nothing."""

    @property
    def key(self) -> str:
        """The key that identifies it."""
        return self.session if self.subagent is None else f"{self.session}/{self.subagent}"

    @property
    def parent_key(self) -> str | None:
        """The key of the agent that it works under, or None."""
        return self.lead if self.subagent is None else self.session


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
    _describe(books, caller, agent)
    books.agents.seen(agent.id, process=caller.process, worktree=caller.worktree or None)
    if caller.process is not None and caller.subagent is None:
        books.agents.link(_process_key(caller.process), agent.id)
    if agent.parent is not None:
        books.agents.seen(agent.parent, itself=False)
    return books.agents.get(agent.id)


def _describe(books: Books, caller: Caller, agent: Agent) -> None:
    """Record what it was started as and can, where that is said and new.

    Of a teammate in its lead's session the client gives the name in the place of the type.
    """
    is_in_process = caller.subagent is not None and caller.teammate is not None
    kind = agent.type if is_in_process or caller.subagent_type is None else caller.subagent_type or None
    can = tuple(dict.fromkeys((*agent.can, *(caller.can or ()))))  # whoever launched it may have said more
    if (kind, can) != (agent.type, agent.can):
        books.agents.describe(agent.id, type=kind, can=can)


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


def stop(books: Books, key: str) -> None:
    """The turn of the agent with this key has ended; it may be woken again, so it keeps its leases for a while."""
    agent = books.agents.find(key)
    if agent is not None:
        books.agents.is_idle(agent.id)


def _register(books: Books, caller: Caller) -> Agent:
    parent = _parent(books, caller)
    wanted = _wanted_name(books, caller, parent)
    again = _known_by_name(books, caller, wanted, parent)
    if again is not None:
        return again
    name = _free_name(books, caller, wanted, parent)
    agent = books.agents.add(
        caller.key,
        name,
        "subagent" if caller.subagent else caller.kind,
        parent=parent.id if parent else None,
        process=caller.process,
        worktree=caller.worktree,
    )
    books.events.add("joined", name, agent=agent.id)
    _join_team(books, caller, agent.id, parent)
    return agent


def _join_team(books: Books, caller: Caller, agent_id: int, parent: Agent | None) -> None:
    if caller.teammate is not None and parent is not None and not caller.is_expected:
        books.teams.begun(agent_id, parent.id, gated=books.guard.policy().plan_first)


def _parent(books: Books, caller: Caller) -> Agent | None:
    """The agent that it works under; a lead in another session is known, or it has none."""
    if caller.parent_key is None:
        return None
    parent = books.agents.find(caller.parent_key)
    if parent is None and caller.subagent is not None:
        return _register(books, caller._replace(subagent=None, subagent_type=None, teammate=None))
    return parent


def _wanted_name(books: Books, caller: Caller, parent: Agent | None) -> str | None:
    """What it is to be called, if that is given, with the host that it works on; None for one that gets a number."""
    host = books.agents.host
    if caller.subagent is not None or caller.teammate is not None:
        called = _word(caller.teammate)
        name = called and (f"{parent.name}/{called}" if parent is not None else called)
    else:
        name = _word(on_host(caller.title or "", host)) or _word(caller.worktree_name)
    return None if name is None else at_host(name, host)


def _known_by_name(books: Books, caller: Caller, wanted: str | None, parent: Agent | None) -> Agent | None:
    """The agent of this name, which has ended and is back: a session opened again, a teammate started again.

    It is the same one, with its messages and what nobody took from it meanwhile; of what was taken it need not be told.
    """
    known = books.agents.named(wanted) if wanted is not None else None
    if known is None or known.kind not in ("session", "subagent") or known.parent != (parent and parent.id):
        return None
    is_teammate_again = caller.teammate is not None and known.kind == "subagent" and known.idle_at is not None
    if not is_teammate_again and not books.presence.has_ended(known.id):
        return None
    books.agents.link(caller.key, known.id)
    books.agents.move(known.id, process=caller.process, worktree=caller.worktree)
    books.leases.told(known.id)
    books.events.add("joined", known.name, agent=known.id, detail="again")
    _join_team(books, caller, known.id, parent)
    return books.agents.get(known.id)


def _free_name(books: Books, caller: Caller, wanted: str | None, parent: Agent | None) -> str:
    if wanted is not None:
        return wanted if books.agents.named(wanted) is None else _numbered(books, without_host(wanted) + "-", 2)
    if parent is not None:
        return _numbered(books, f"{parent.name}/{_word(caller.subagent_type) or 'agent'}-", 1)
    return _numbered(books, "agent-", books.agents.next_number())


def _numbered(books: Books, stem: str, number: int) -> str:
    host = books.agents.host
    while books.agents.named(at_host(f"{stem}{number}", host)) is not None:
        number += 1
    return at_host(f"{stem}{number}", host)


def _process_key(process: Process) -> str:
    return f"process:{process.host}:{process.pid}:{process.started}"


def _word(text: str | None) -> str | None:
    """Text as a short name of one word that is easy to type; None when no letter or digit is left of it."""
    kept = "".join(character if character.isalnum() or character in "._-" else "-" for character in text or "")
    word = clip("-".join(part for part in kept.split("-") if part), LONGEST_NAME).rstrip("…")
    return None if word == "all" or not any(map(str.isalnum, word)) else word
