"""Registers the agent of a session or subagent that starts, and says where it stands and what others hold."""

from __future__ import annotations

from hooks.event import agents
from mcp_server import hook_app
from mcp_server.core.agents import register
from mcp_server.core.agents.brief import briefing
from mcp_server.core.leases.expire import end_gone, offer_expired

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hooks.event.event import Event
    from mcp_server.adapters.host.repository import Repository


def begin(event: Event, repository: Repository) -> str:
    """Register the agent in this repository, which is in use; returns what it is told. Its worktree is set up too."""
    store = hook_app.HookStore(repository)
    store.bring_up_to_date()
    with store.writing():
        books = store.books()
        end_gone(books)
        offer_expired(books)
        agent = register.recognise(books, agents.caller(event, repository), after_clear=event.is_after_clear)
        context = briefing(books, agent)
        if repository.root == repository.main:
            return context
        from hooks.session import worktree_setup

        incomplete = worktree_setup.is_needed(event, repository, books)
    return worktree_setup.begin(event, repository, context) if incomplete else context
