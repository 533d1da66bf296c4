"""Allocates what must differ between worktrees, ports and names, as locks that last as long as the worktree."""

from __future__ import annotations

import re
from collections.abc import Callable
from unicodedata import normalize

from mcp_server.core.leases.lock import grant_lock
from mcp_server.core.workplace import Workplace
from mcp_server.domain.agent import WORKTREE, Agent
from mcp_server.domain.errors import Misuse
from mcp_server.domain.machines.names import at_host

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.ports import Books

FOREVER = 100 * 365 * 24 * 3600.0
LONGEST_NAME = 63
"""The longest name that a database may have."""
HIGHEST_PORT = 65_535
PORT, NAME = "port:", "name:"


def allocate(place: Workplace, name: str, folder: str, is_free: Callable[[int], bool]) -> dict[str, str]:
    """The environment variables of this worktree: those allocated before, and what the settings ask for beyond.

    Refuses when no port is left. `is_free` tests that no program listens on a port.
    """
    wanted = place.settings().worktree
    with place.store.writing() as books:
        if not wanted.ports and not wanted.names:
            return allocated(books, name)
        agent = _agent(books, name)
        has = allocated(books, name)
        for variable, first in wanted.ports:
            if variable not in has:
                port = _free_port(books, variable, first, is_free)
                grant_lock(books, agent, f"{PORT}{port}", purpose=variable, seconds=FOREVER)
        for variable, stem in wanted.names:
            if variable not in has:
                free = _free_name(books, variable, stem, folder)
                grant_lock(books, agent, f"{NAME}{variable}={free}", purpose=variable, seconds=FOREVER)
        return allocated(books, name)


def allocated(books: Books, name: str) -> dict[str, str]:
    """What is allocated to a worktree, as environment variables."""
    agent = books.agents.find(_key(name))
    if agent is None:
        return {}
    return {
        lease.purpose: lease.resource.partition(":")[2].rpartition("=")[2]
        for lease in books.leases.held_by(agent.id)
        if lease.resource is not None and lease.purpose is not None
    }


def release(books: Books, name: str) -> bool:
    """Release what is allocated to a worktree; whether there was anything."""
    agent = books.agents.find(_key(name))
    leases = [] if agent is None else books.leases.held_by(agent.id)
    for lease in leases:
        books.leases.close(lease.token)
        books.events.add("unlocked", lease.subject, agent=lease.holder)
    return bool(leases)


def _agent(books: Books, name: str) -> Agent:
    """The worktree as a holder: it does no work, and holds its locks as long as it exists."""
    found = books.agents.find(_key(name))
    if found is None:
        host, number = books.agents.host, 1
        called = at_host(f"worktree {name}", host)
        while books.agents.named(called) is not None:
            number += 1
            called = at_host(f"worktree {name} ({number})", host)
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
    """A free name. Never the stem alone, which the main checkout uses; numbers make names distinct."""
    ascii_name = normalize("NFKD", folder.casefold()).encode("ascii", "ignore").decode()
    tail = re.sub(r"[^a-z0-9]+", "_", ascii_name).strip("_")
    begins = re.sub(r"[^a-z0-9]+", "_", stem.lower()).strip("_")
    whole = f"{begins}_{tail}".strip("_")[: LONGEST_NAME - 4]
    name, number = whole, 1
    while (not tail and number == 1) or books.leases.on(f"{NAME}{variable}={name}") is not None:
        number += 1
        name = f"{whole}_{number}"
    return name
