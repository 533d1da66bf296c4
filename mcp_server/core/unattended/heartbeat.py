"""The heartbeat: who is stuck, silent, over budget or waiting, and what came of requests. It costs no tokens."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

from mcp_server.core.board.needs import needs
from mcp_server.core.board.notify import send
from mcp_server.core.launch import sessions
from mcp_server.core.launch.launch import Tools as LaunchTools
from mcp_server.core.leases.expire import end_gone, offer_expired
from mcp_server.core.unattended import orphans, requests
from mcp_server.core.unattended.triage import triage
from mcp_server.core.unattended.work import news_of
from mcp_server.core.workplace import Workplace
from mcp_server.domain.agent import PLACEHOLDERS
from mcp_server.domain.oversight.need import Need
from mcp_server.domain.unattended.outcome import Outcome
from mcp_server.ports import Books, CommandLines, Foreground, Notifier, RequestFolder, Workers

MOST = 200
SILENT_PART = 0.5
"""A holder that was silent for this part of its lease is mentioned."""


class Tools(LaunchTools, Protocol):
    """What the heartbeat needs from outside."""

    def foreground(self) -> Foreground:
        """The sessions of workers."""

    def request_folder(self) -> RequestFolder:
        """The inbox, and the outbox."""

    def command_lines(self) -> CommandLines:
        """Runs the command that may hand in requests."""

    def workers(self) -> Workers:
        """Starts workers."""

    def notifiers(self) -> Sequence[Notifier]:
        """The ways to notify a person."""


class Silent(NamedTuple):
    """A holder of whom nothing was heard for a while, and what it does as far as can be seen."""

    agent: str
    subject: str
    words: str


class Beat(NamedTuple):
    """What one look found and did: `ended` are agents whose process is gone, `concluded` runs without a worker.

    `ready` tasks and `waiting` files could be worked on; so many workers were `started`.
    """

    needs: list[Need]
    silent: list[Silent]
    ended: list[str]
    concluded: list[Outcome]
    ready: int
    waiting: int
    started: int
    handed_in: list[str]


def beat(place: Workplace, tools: Tools, *, works: bool, complain: Callable[[str], object]) -> Beat:
    """Look once: free what the dead hold, notify people of what is new, delegate, and start workers if it `works`."""
    concluded = orphans.settle(place, tools)
    folder, settings = tools.request_folder(), place.settings()
    with place.store.writing() as books:
        ended = [agent.name for agent in end_gone(books)]
        offer_expired(books)
    answered = requests.answer_rest(place, folder, tools.launch_lock)
    with place.store.reading() as books:
        found = needs(books, settings)
        silent = _silent(books)
    send(place.store, settings, tools.notifiers(), complain, [*news_of(place, concluded), *answered, *found])
    handed_in, trouble = triage(place, tools.command_lines(), folder, found)
    if trouble is not None:
        complain(trouble)
    ready, waiting = len(sessions.candidates(place, MOST, with_local=True)), len(folder.arrived())
    free = max(0, settings.max_agents - len(sessions.running(place, tools.ways())))
    started = tools.workers().start(min(ready + waiting, free)) if works else 0
    return Beat(found, silent, ended, concluded, ready, waiting, started, handed_in)


def _silent(books: Books) -> list[Silent]:
    """The holders that have been silent for a good part of their lease and do nothing that would explain it."""
    found = {}
    for lease in books.leases.all():
        if lease.is_review or not lease.is_live(books.now) or lease.holder in found:
            continue
        doing = books.presence.of(lease.holder)
        agent = books.agents.get(lease.holder)
        if agent.kind in PLACEHOLDERS or doing.is_working or doing.silent < SILENT_PART * lease.seconds:
            continue
        found[lease.holder] = Silent(agent.name, lease.subject, doing.words)
    return list(found.values())
