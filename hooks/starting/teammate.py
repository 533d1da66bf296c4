"""Before the client starts a teammate: it gets a task of its own, or it is not started."""

from __future__ import annotations

from hooks.event import agents
from hooks.event.event import plugin_file
from mcp_server.adapters.host import children
from mcp_server.core.assignment import teammate
from mcp_server.domain.assignment.overrides import is_switched_on

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from hooks.event.event import Event
    from mcp_server.core.assignment.teammate import Reserved
    from mcp_server.core.workplace import Workplace
    from mcp_server.hook_app import HookStore

SWITCH = "CLAUDE_CODE_EXPERIMENTAL_AGENT_TEAMS"
READS_ONLY = ("Explore", "Plan", "interlock:reader", "interlock:reviewer")
"""The kinds of agents that write nothing, so that they need no scope."""


def name_in(event: Event) -> str | None:
    """What the teammate is to be called that the call starts; None for an ordinary subagent.

    Where no terminal is, the client has no teams: a name is one for an ordinary subagent in the background.
    """
    name = event.argument("name")
    in_terminal = event.environment.get("CLAUDE_CODE_ENTRYPOINT") == "cli"
    return name if in_terminal and name.strip() and is_switched_on(event.environment, SWITCH) else None


def reserve(event: Event, store: HookStore, place: Workplace, called: str) -> Reserved | str | None:
    """The task that is claimed for the teammate, why it may not be started, or None for one that needs none."""
    if not _has_server(event):
        return (
            f"{called} was not started: Interlock's server is not connected in this session, so a teammate would have "
            "none of its tools. Wait a moment and start it again; if it repeats, tell the user to look at /mcp."
        )
    lead = agents.registered(event, store)[0]
    asked = teammate.Asked(
        lead,
        event.session,
        called,
        event.argument("description"),
        event.argument("prompt"),
        plans_first=event.argument("mode") == "plan",
    )
    if event.argument("subagent_type") in READS_ONLY and not teammate.names_work(place, asked):
        return None
    return teammate.reserve(place, asked)


def not_started(event: Event, store: HookStore, lead: int) -> None:
    """After a step: the task of a teammate that the client did not start is free again."""
    failed = event.failed_calls
    names = [name for call in event.calls if call.call_id in failed and (name := call.argument("name"))]
    if names:
        with store.writing():
            books = store.books()
            for name in names:
                teammate.not_started(books, lead, name)


def _has_server(event: Event) -> bool:
    """Whether the session's client has started Interlock's server; also where nobody can tell."""
    client = event.client_pid
    found: Iterable[tuple[str, float]] = children.of(client) if client is not None else ()
    return client is None or any(plugin_file("bin") in text and "serve" in text for text, _ in found)
