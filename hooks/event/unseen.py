"""A teammate whose start no hook has seen. On the hot path: loads nothing where there is none."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hooks.event.event import Event
    from mcp_server.hook_app import HookStore


def meet(event: Event, store: HookStore) -> None:
    """Register it: it has rights of its own, and must not use its lead's."""
    if event.teammate is not None and not store.guard.at_work(event.key, store.repository.root):
        from hooks.event import agents

        agents.registered(event, store)
