"""What the core needs from outside, as Protocols.

A store hands out *books*: one for each noun, all inside one transaction. `writing()` is exclusive and all or
nothing; `reading()` sees one consistent state. The time is the store's: `books.now`.
"""

from __future__ import annotations

from mcp_server.ports.git import Foresight, Furnisher, Landing, Trees
from mcp_server.ports.hook_books import Commands, GuardBook, Journal, Mail, Watch
from mcp_server.ports.host import Checkout, Clock, CommitHook, Processes, Sessions
from mcp_server.ports.state_books import Handovers, Mind, Shared, TaskList
from mcp_server.ports.store import Books, HookBooks, Store
from mcp_server.ports.texts import HandoverFolder, PageFile, TaskFile
from mcp_server.ports.work_books import Agents, Calls, Events, Leases, Tasks
from mcp_server.ports.worktree_books import Conflicts, Landings, Launches, Worktrees

__all__ = [
    "Agents",
    "Books",
    "Calls",
    "Checkout",
    "Clock",
    "Commands",
    "CommitHook",
    "Conflicts",
    "Events",
    "Foresight",
    "Furnisher",
    "GuardBook",
    "HandoverFolder",
    "Handovers",
    "HookBooks",
    "Journal",
    "Landing",
    "Landings",
    "Launches",
    "Leases",
    "Mail",
    "Mind",
    "PageFile",
    "Processes",
    "Sessions",
    "Shared",
    "Store",
    "TaskFile",
    "TaskList",
    "Tasks",
    "Trees",
    "Watch",
    "Worktrees",
]
