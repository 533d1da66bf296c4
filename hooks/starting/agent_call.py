"""Before the client's own tool starts an agent: the model that its task is routed to.

Rare, and not on the hot path: it may load the whole store.
"""

from __future__ import annotations

from hooks.starting import answers
from mcp_server import hook_app
from mcp_server.adapters.settings.mode import mode_override
from mcp_server.core.assignment.route import task_of
from mcp_server.domain.assignment.overrides import overriding
from mcp_server.domain.assignment.routing import alias_of, is_of_the_family, route_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from hooks.event.event import Event
    from mcp_server.adapters.host.repository import Repository
    from mcp_server.domain.assignment.routing import Route


def answer(event: Event, repository: Repository) -> str:
    """The call with another model, or nothing."""
    if mode_override(repository.state) == "off":
        return ""
    place = hook_app.open_workplace(repository)
    settings = place.settings()
    if settings.mode == "off":
        return ""
    call = dict(event.tool_input)
    with place.store.reading() as books:
        task = task_of(books, _text(call, "description"), _text(call, "prompt"))
    route = route_of(task, settings.routing) if task is not None else None
    if route is None:
        return ""
    said = _routed(call, route, event)
    changed = call if call != event.tool_input else None
    return answers.changed(event, changed, said)


def _routed(call: dict[str, Any], route: Route, event: Event) -> str:
    """Set the model in a call; returns what its caller should know of it."""
    alias = alias_of(route.model)
    words = f"{route.task} is a task for {route.model} ([routing] in the settings)"
    if alias is None:
        return f"Interlock: {words}, which this tool can't be given: the agent gets the model that the client chooses."
    call["model"] = alias
    if route.effort is not None:
        call["effort"] = route.effort
    override = overriding(event.environment)
    if override is not None and not is_of_the_family(override.partition("=")[2], alias):
        return f"Interlock: {words}, but the environment has {override}, which decides. Tell the user."
    default = f"ANTHROPIC_DEFAULT_{alias.upper()}_MODEL"
    if route.model != alias and event.environment.get(default) != route.model:
        return (
            f"Interlock: {words}, but this tool takes only `{alias}`: the agent gets the client's own. With {default}="
            f"{route.model} in the environment it would be that one. Tell the user."
        )
    return ""


def _text(call: dict[str, Any], name: str) -> str:
    value = call.get(name)
    return value if isinstance(value, str) else ""
