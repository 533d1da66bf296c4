"""Before a workflow of the client: each of its agents gets the model and the role of its task.

No hook comes before these agents, so the script itself is changed: `workflow_script` says how.
"""

from __future__ import annotations

import os

from hooks.starting import answers
from hooks.starting.opening import opened
from mcp_server.core.assignment.route import routed
from mcp_server.domain.assignment.limits import start_as
from mcp_server.domain.assignment.overrides import overriding
from mcp_server.domain.assignment.routing import alias_of, model_of
from mcp_server.workflow_script.grammar import GrammarMissing
from mcp_server.workflow_script.rewrite import Unreadable, rewrite

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hooks.event.event import Event
    from mcp_server.adapters.host.repository import Repository
    from mcp_server.domain.settings import Settings
    from mcp_server.domain.task import Task

FOLDER = os.path.join(".claude", "workflows")


def answer(event: Event, repository: Repository) -> str:
    """The call with the routes in its script, a refusal with the line that can't be read, or nothing."""
    begun = opened(event, repository, "The workflow")
    if begun is None:
        return ""
    place, settings, _, refusal = begun
    if refusal:
        return answers.refused(event, refusal, settings.mode)
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
    if script := event.argument("script"):
        return script
    if path := event.argument("scriptPath"):
        return _text(os.path.join(event.cwd, event.at_home(path)))
    name = event.argument("name")
    if not name or os.sep in name:
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
