"""Before the client's own tool starts an agent: the model and the role of its task, a task for a teammate.

Rare, and not on the hot path: it may load the whole store.
"""

from __future__ import annotations

from hooks.starting import answers, teammate
from hooks.starting.opening import opened
from mcp_server.core.assignment.route import task_of
from mcp_server.domain.assignment.limits import start_as
from mcp_server.domain.assignment.overrides import overriding
from mcp_server.domain.assignment.routing import alias_of, is_of_the_family, route_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from hooks.event.event import Event
    from mcp_server.adapters.host.repository import Repository
    from mcp_server.core.workplace import Workplace
    from mcp_server.domain.assignment.routing import Route
    from mcp_server.domain.task import Task


def answer(event: Event, repository: Repository) -> str:
    """A refusal, the call with another model, type or prompt, or nothing."""
    found = opened(event, repository, "The agent")
    if found is None:
        return ""
    place, settings, store, refusal = found
    call = dict(event.tool_input)
    task = None
    called = teammate.name_in(event) if not refusal else None
    if called is not None:
        reserved = teammate.reserve(event, store, place, called)
        if isinstance(reserved, str):
            refusal = reserved
        elif reserved is not None:
            task = reserved.task
            call["prompt"] = f"{event.argument('prompt')}\n\n{reserved.words}"
    if refusal and settings.mode != "warn":
        return answers.refused(event, refusal, settings.mode)
    task = task or _task_named(place, event)
    if task is not None and called is None:  # a teammate is kept to its task's role by its claim
        kind = start_as((), task.role, event.argument("subagent_type") or None, settings.roles).kind
        call |= {"subagent_type": kind} if kind is not None else {}
    route = route_of(task, settings.routing) if task is not None else None
    said = [answers.warning(refusal) if refusal else "", _routed(call, route, event) if route is not None else ""]
    return answers.changed(event, call if call != event.tool_input else None, "\n".join(filter(None, said)))


def _task_named(place: Workplace, event: Event) -> Task | None:
    with place.store.reading() as books:
        return task_of(books, event.argument("description"), event.argument("prompt"))


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
