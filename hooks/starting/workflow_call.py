"""Before a workflow of the client: each of its agents gets the model and the role of its task.

No hook comes before these agents, so the script itself is changed: `workflow_script` says how.
"""

from __future__ import annotations

import os

from hooks.event import unseen
from hooks.starting import answers
from mcp_server import hook_app
from mcp_server.adapters.settings.mode import mode_override
from mcp_server.core.assignment.route import routed
from mcp_server.domain.assignment.limits import start_as
from mcp_server.domain.assignment.overrides import overriding
from mcp_server.domain.assignment.routing import alias_of, model_of
from mcp_server.workflow_script.grammar import GrammarMissing
from mcp_server.workflow_script.rewrite import Unreadable, rewrite

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from hooks.event.event import Event
    from mcp_server.adapters.host.repository import Repository
    from mcp_server.domain.settings import Settings
    from mcp_server.domain.task import Task

FOLDER = os.path.join(".claude", "workflows")


def answer(event: Event, repository: Repository) -> str:
    """The call with the routes in its script, a refusal with the line that can't be read, or nothing."""
    if mode_override(repository.state) == "off":
        return ""
    place = hook_app.open_workplace(repository)
    settings = place.settings()
    if settings.mode == "off":
        return ""
    store = hook_app.HookStore(repository)
    unseen.meet(event, store)
    rights = store.guard.rights(event.key, event.parent_key)
    if rights.unapproved is not None:
        return answers.refused(event, rights.unapproved.refusal("The workflow", "started"), settings.mode)
    with place.store.reading() as books:
        found = routed(books)
    if not found:
        return ""
    script = _script(event)
    if script is None:
        return answers.changed(event, None, _unknown(found))
    try:
        written = rewrite(script, {task.id: _options(task, settings) for task in found}, event.site_packages)
    except Unreadable as error:
        return answers.refused(event, _refusal(str(error)), settings.mode)
    except GrammarMissing as error:
        return answers.changed(event, None, f"{_unknown(found)} ({error})")
    if written == script:
        return ""
    call = {name: value for name, value in event.tool_input.items() if name not in ("name", "scriptPath")}
    override = overriding(event.environment, of_workflow=True)
    said = "" if override is None else f"Interlock: the environment has {override}, which decides. Tell the user."
    return answers.changed(event, {**call, "script": written}, said)


def _options(task: Task, settings: Settings) -> dict[str, str]:
    model = model_of(task, settings.routing)
    alias = alias_of(model) if model is not None else None
    kind = start_as((), task.role, None, settings.roles).kind
    said = {"model": alias, "agentType": kind}
    return {name: value for name, value in said.items() if value is not None}


def _script(event: Event) -> str | None:
    """The script of the call, wherever it is; None where it can't be found, as of another plugin's workflow."""
    call: dict[str, Any] = event.tool_input
    script = call.get("script")
    if isinstance(script, str) and script:
        return script
    path, name = call.get("scriptPath"), call.get("name")
    if isinstance(path, str) and path:
        return _text(os.path.join(event.cwd, event.at_home(path)))
    if not isinstance(name, str) or not name or os.sep in name:
        return None
    places = (event.project or event.cwd, event.cwd, event.home)
    return next((text for place in places if (text := _text(os.path.join(place, FOLDER, f"{name}.js")))), None)


def _text(file: str) -> str | None:
    try:
        with open(file, encoding="utf-8") as handle:
            return handle.read()
    except (OSError, UnicodeDecodeError):
        return None


def _unknown(found: list[Task]) -> str:
    return (
        "Interlock: the script of this workflow can't be read before it runs, so its agents get the models and tools "
        f"that it names; tasks such as {found[0].id} say which they need."
    )


def _refusal(why: str) -> str:
    return (
        f"This workflow was not started: {why}, so its agents could not be given the models and tools of their tasks. "
        "Correct the script and start it again."
    )
