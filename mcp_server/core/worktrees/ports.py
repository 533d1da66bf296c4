"""What has to differ between worktrees, ports and names: given out as locks that live as long as the worktree."""

from __future__ import annotations

import re
from collections.abc import Callable
from unicodedata import normalize

from mcp_server.core.leases.lock import lay_lock
from mcp_server.core.workplace import Workplace
from mcp_server.domain.agent import WORKTREE, Agent
from mcp_server.domain.errors import Misuse
from mcp_server.ports import Books

FOR_GOOD = 100 * 365 * 24 * 3600.0
LONGEST_NAME = 63
"""As long as a name of a database may be."""
HIGHEST_PORT = 65_535
PORT, NAME = "port:", "name:"


def allot(place: Workplace, name: str, folder: str, is_free: Callable[[int], bool]) -> dict[str, str]:
    """The environment of this worktree: what it was given before, and what the settings ask for beyond that.

    Refuses when no port is left. `is_free` says whether nobody outside listens on a port.
    """
    wanted = place.settings().worktree
    with place.store.writing() as books:
        if not wanted.ports and not wanted.names:
            return given(books, name)
        agent = _agent(books, name)
        has = given(books, name)
        for variable, first in wanted.ports:
            if variable not in has:
                port = _free_port(books, variable, first, is_free)
                lay_lock(books, agent, f"{PORT}{port}", purpose=variable, seconds=FOR_GOOD)
        for variable, stem in wanted.names:
            if variable not in has:
                free = _free_name(books, variable, stem, folder)
                lay_lock(books, agent, f"{NAME}{variable}={free}", purpose=variable, seconds=FOR_GOOD)
        return given(books, name)


def given(books: Books, name: str) -> dict[str, str]:
    """What a worktree was given, as variables of an environment."""
    agent = books.agents.find(_key(name))
    if agent is None:
        return {}
    return {
        lease.purpose: lease.resource.partition(":")[2].rpartition("=")[2]
        for lease in books.leases.held_by(agent.id)
        if lease.resource is not None and lease.purpose is not None
    }


def take_back(books: Books, name: str) -> bool:
    """Release what a worktree was given; whether that was anything."""
    agent = books.agents.find(_key(name))
    leases = [] if agent is None else books.leases.held_by(agent.id)
    for lease in leases:
        books.leases.close(lease.token)
        books.events.add("unlocked", lease.subject, agent=lease.holder)
    return bool(leases)


def _agent(books: Books, name: str) -> Agent:
    """The worktree as a holder: it never works, and it holds as long as it is there."""
    found = books.agents.find(_key(name))
    if found is None:
        called, number = f"worktree {name}", 1
        while books.agents.named(called) is not None:
            number += 1
            called = f"worktree {name} ({number})"
        found = books.agents.add(_key(name), called, WORKTREE, parent=None, process=None, worktree="")
    books.agents.seen(found.id)
    return found


def _key(name: str) -> str:
    return f"worktree:{name}"


def _free_port(books: Books, variable: str, first: int, is_free: Callable[[int], bool]) -> int:
    for port in range(first, HIGHEST_PORT + 1):
        if books.leases.on(f"{PORT}{port}") is None and is_free(port):
            return port
    raise Misuse(f"no port from {first} upwards is free for {variable}")


def _free_name(books: Books, variable: str, stem: str, folder: str) -> str:
    """Never the stem alone, which is what the main checkout goes by: what letters can't tell, a number does."""
    deliveries = normalize("NFKD", folder.casefold()).encode("ascii", "ignore").decode()
    tail = re.sub(r"[^a-z0-9]+", "_", deliveries).strip("_")
    begins = re.sub(r"[^a-z0-9]+", "_", stem.lower()).strip("_")
    whole = f"{begins}_{tail}".strip("_")[: LONGEST_NAME - 4]
    name, number = whole, 1
    while (not tail and number == 1) or books.leases.on(f"{NAME}{variable}={name}") is not None:
        number += 1
        name = f"{whole}_{number}"
    return name
