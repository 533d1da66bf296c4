"""Which agent a command on the command line belongs to, and which commands are a person's alone."""

from __future__ import annotations

import shlex

from mcp_server.core.agents.register import Caller, recognise
from mcp_server.core.workplace import Workplace
from mcp_server.domain.agent import Agent
from mcp_server.domain.errors import InterlockError, Misuse
from mcp_server.domain.machines.names import without_host
from mcp_server.domain.text import stamp
from mcp_server.ports import Books, Processes, Shell


class PersonsAct(InterlockError):
    """An agent asked for what only a person may do; nothing was changed."""

    exit_code = 1


def typed(*words: str) -> str:
    """The line that a person types."""
    return f"interlock {shlex.join(words)}"


def agent_in(books: Books, processes: Processes, shell: Shell, worktree: str) -> Agent | None:
    """The agent in whose session a command was typed, registered if it is new; None in a person's own terminal.

    In a subagent's shell it is the subagent. A terminal that outlived the session it was opened in is a person's.
    """
    known = books.agents.find(shell.session) if shell.session else None
    known = known or _above(books, shell)
    if known is None:
        return recognise(books, Caller(session=shell.session, worktree=worktree)) if shell.session else None
    if known.process is not None and processes.is_gone(known.process):
        return None
    owner = next((agent for agent, text in books.commands.begun_in(known.id) if shell.runs(text)), known.id)
    books.agents.seen(owner)
    return books.agents.get(owner)


def refuse_name(agent: Agent, name: str) -> None:
    """Refuse (Misuse) an agent that gives itself another name."""
    if name not in (agent.name, without_host(agent.name)):
        raise Misuse(f"you are {agent.name}: in a session --as can't be used. Nothing was changed")


def refuse_agent(place: Workplace, agent: Agent, line: str) -> None:
    """Refuse (PersonsAct) what only a person may do, and log that it was tried. `line` is what the person types."""
    with place.store.writing() as books:
        books.events.add("refused", f"`{line}`", agent=agent.id, detail="a person's act")
    raise PersonsAct(
        f"only a person may do this, and you are {agent.name}; nothing was changed. If it is needed, ask the user to "
        f"type it in a terminal of their own: `{line}`"
    )


def announce(books: Books, person: Agent, subject: str, body: str, *, to: list[Agent] | None = None) -> None:
    """Send a message about what a person did to these agents; without `to` to all that are present."""
    readers = books.agents.present() if to is None else to
    ids = [agent.id for agent in readers if agent.id != person.id and agent.kind != "person"]
    if ids:
        books.shared.send(person.id, "all", ids, subject, body)


def announce_repair(place: Workplace, person_id: int, at: float) -> str:
    """Log that a person restored the state as it was `at` that time, and notify the agents; returns it as text."""
    with place.store.writing() as books:
        person = books.agents.get(person_id)
        books.events.add("repaired", "state", agent=person.id, detail=f"as of {stamp(at)}")
        body = "Claims, notes and messages since then are lost. Look at the board, and claim again what you work on."
        announce(books, person, f"{person.name} restored Interlock's state as of {stamp(at)}", body)
    return stamp(at)


def _above(books: Books, shell: Shell) -> Agent | None:
    """The agent whose client is above the command, whatever its environment says."""
    for process in shell.ancestors:
        agent = books.agents.find(f"process:{process.host}:{process.pid}:{process.started}")
        if agent is not None:
            return agent
    return None
