"""What the core needs from outside, as Protocols.

A store hands out *books*: one for each noun, all inside one transaction. `writing()` is exclusive and all or
nothing; `reading()` sees one consistent state. The time is the store's: `books.now`.
"""

from __future__ import annotations

from mcp_server.ports.attention import Attention, Notifier
from mcp_server.ports.git import ConflictSearch, MergeTool, Remote, ScratchMerge, StepRunner, Trees
from mcp_server.ports.hook_books import Activity, BegunEdits, Commands, GuardBook, Inbox, Journal, Presence
from mcp_server.ports.host import Checkout, Clock, CommitHook, Machine, Processes, Sessions, Shell, Traces
from mcp_server.ports.progress import Progress
from mcp_server.ports.reviews import Reviews, Works
from mcp_server.ports.state_books import Handovers, Retention, Shared, StatePage, TaskList
from mcp_server.ports.store import Books, HookBooks, Store
from mcp_server.ports.teams import Teams
from mcp_server.ports.texts import HandoverFolder, PageFile, TaskFile
from mcp_server.ports.tracks import Attempt, Track, Tracks
from mcp_server.ports.unattended import CommandLines, Foreground, Line, RequestFolder, Requests, Timer, Workers
from mcp_server.ports.usage_books import Budgets, Transcripts, Usage
from mcp_server.ports.work_books import Agents, Calls, Events, Leases, Tasks
from mcp_server.ports.workflows import Printed, Runs, Source, Workshop
from mcp_server.ports.worktree_books import Conflicts, Launches, PendingMerges, Unmerged, Worktrees

__all__ = ["Activity", "Agents", "Attention", "BegunEdits", "Books", "Calls", "Checkout", "Clock", "Commands"]
__all__ += ["CommitHook", "Machine"]
__all__ += ["ConflictSearch", "Conflicts", "Events", "GuardBook", "HandoverFolder", "Handovers", "HookBooks"]
__all__ += ["Inbox", "Journal", "Launches", "Leases", "MergeTool", "Notifier", "PageFile", "PendingMerges", "Presence"]
__all__ += ["Processes", "Progress", "Retention", "ScratchMerge", "Sessions", "Shared", "Shell", "StatePage"]
__all__ += ["Attempt", "Budgets", "Reviews", "Track", "Tracks", "Transcripts", "Usage", "Works"]
__all__ += ["CommandLines", "Foreground", "Line", "RequestFolder", "Requests", "Timer", "Workers"]
__all__ += ["StepRunner", "Store", "TaskFile", "TaskList", "Tasks", "Teams", "Traces", "Trees", "Worktrees"]
__all__ += ["Printed", "Remote", "Runs", "Source", "Unmerged", "Workshop"]
