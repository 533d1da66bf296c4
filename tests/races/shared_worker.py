"""Works on one of the mirrors of a database until it is killed; what was acknowledged to it is on the disk first.

    python -m tests.races.shared_worker KIND STATE_FILE NAME LOG

A database that can't be reached, or a process that ended, is no reason to end: it tries again.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from contextlib import closing
from itertools import count
from pathlib import Path

from mcp_server.adapters.host.clock import system_clock
from mcp_server.adapters.host.processes import HostProcesses
from mcp_server.adapters.postgres import store as shared_store
from mcp_server.adapters.postgres.follow import Follower
from mcp_server.adapters.postgres.store import SharedStore
from mcp_server.adapters.sqlite.store import SqliteStore
from mcp_server.core.agents.register import Caller, recognise
from mcp_server.core.leases import lock
from mcp_server.core.tasks import claim, update
from mcp_server.core.workplace import Workplace
from mcp_server.domain.errors import InterlockError, StateUnavailable
from mcp_server.domain.settings import Settings
from tests.races.places import opened, policy
from tests.workspace import FakeCheckout

Acknowledge = Callable[..., None]
PAUSE = 0.05
shared_store.REST = 0.2  # a database that was killed is back at once here


def tasks(file: Path, name: str, acknowledge: Acknowledge) -> None:
    """Claim, leave a note, finish; every third one is given back."""
    place = Workplace(opened(file), HostProcesses(), FakeCheckout(), Settings)
    agent: int | None = None
    for number in count():
        try:
            if agent is None:
                agent = _arrives(place, name)
            outcome = claim.claim_task(place, agent)
            if not isinstance(outcome, claim.Claimed):
                time.sleep(PAUSE)
                continue
            task = outcome.task.id
            acknowledge("claimed", task, outcome.token, name)
            update.update_task(place, agent, task, note=f"{name} {number}")
            acknowledge("note", task, f"{name} {number}")
            if number % 3 == 2:
                update.update_task(place, agent, task, status="released")
            else:
                update.update_task(place, agent, task, status="done")
                acknowledge("done", task)
        except StateUnavailable:
            time.sleep(PAUSE)
        except InterlockError as error:  # it lost the claim while the database was away
            acknowledge("told", str(error))


def locks(file: Path, name: str, acknowledge: Acknowledge) -> None:
    """Take turns at a resource."""
    place = Workplace(opened(file), HostProcesses(), FakeCheckout(), Settings)
    agent: int | None = None
    while True:
        try:
            agent = agent or _arrives(place, name)
            outcome = lock.lock_resource(place, agent, "port")
            if isinstance(outcome, lock.Busy):
                time.sleep(PAUSE)
                continue
            acknowledge("locked", "port", outcome.token, name)
            lock.unlock_resource(place, agent, "port")
        except StateUnavailable:
            time.sleep(PAUSE)


def hooks(file: Path, name: str, acknowledge: Acknowledge) -> None:
    """Write what hooks write, into the mirror alone: it knows no database."""
    store = SqliteStore(file, clock=system_clock, policy=policy)
    for number in count():
        with store.writing() as books:
            agent = recognise(books, Caller(name, title=name)).id
            subject = f"{name} {number}"
            books.shared.send(agent, "all", [agent], subject, "")
            books.events.add("told", subject, agent=agent)
        acknowledge("sent", subject)
        time.sleep(PAUSE)


def server(file: Path, name: str, acknowledge: Acknowledge) -> None:
    """Keep the mirror fresh."""
    while True:
        store = opened(file)
        assert isinstance(store, SharedStore)
        try:
            with closing(store):
                follower = Follower(store)
                while True:
                    follower.round(0.05)
        except StateUnavailable:
            time.sleep(PAUSE)


def _arrives(place: Workplace, name: str) -> int:
    """The number of this worker among the agents."""
    caller = Caller(name, title=name, process=HostProcesses().identify(os.getpid()))
    with place.store.writing() as books:
        arrived = recognise(books, caller)
    return arrived.id


KINDS = {kind.__name__: kind for kind in (tasks, locks, hooks, server)}


def _acknowledging(log: Path) -> Acknowledge:
    handle = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def acknowledge(*said: object) -> None:
        os.write(handle, (json.dumps(said) + "\n").encode())
        os.fsync(handle)

    return acknowledge


if __name__ == "__main__":
    KINDS[sys.argv[1]](Path(sys.argv[2]), sys.argv[3], _acknowledging(Path(sys.argv[4])))
