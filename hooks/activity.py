"""After a step, a prompt or a stop: the agent is at work, so its leases go on, and it is shown its messages.

On the hot path.
"""

from __future__ import annotations

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from hooks.event import failure, io  # noqa: E402  the plugin's folder has to be on the path first
from mcp_server.adapters.host import repository as places  # noqa: E402

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from mcp_server.domain.decision import AgentRights
    from mcp_server.hook_app import Desk

TAKES_CONTEXT = ("PostToolBatch", "UserPromptSubmit")
"""The events at which an agent can be told something."""


def main() -> None:
    """Renew the leases of the agent that the event is about, in its session's repository, and hand out its mail."""
    output = ""
    try:
        with failure.deadline(failure.SECONDS):
            output = respond(io.read_event())
    except Exception as error:  # noqa: BLE001  a missed renewal is made up for by the next step
        print(f"interlock: the leases were not renewed: {error}", file=sys.stderr)
    io.leave(output)


def respond(event: dict[str, Any]) -> str:
    """What the agent is told; in a repository that is not in use, and to an agent that was never seen, nothing."""
    directory = os.path.realpath(io.optional_text(event, "cwd") or os.getcwd())
    repository = places.used_at(directory, os.environ.get("CLAUDE_PROJECT_DIR"))
    if repository is None:
        return ""
    name = io.text_of(event, "hook_event_name")
    if name == "PostToolBatch" and os.path.isdir(os.path.join(repository.state, "commands")):
        from hooks.bash import sandboxed

        sandboxed.batch_over(event, repository)
    from mcp_server import hook_app
    from mcp_server.adapters.sqlite.light import begin_writing

    own, parent = io.signs(event)
    desk = hook_app.Desk(repository)
    rights = desk.guard.rights(own, parent)
    if not rights.family:
        return ""
    if desk.guard.is_due(rights.family):
        begin_writing(desk.connection)
        desk.guard.touch(rights.family)
        desk.connection.execute("COMMIT")
    if name == "PreCompact":
        from hooks.session import checkpoint

        checkpoint.keep(repository, own, "before its memory was compacted")
    if name == "Stop":
        return _stopping(event, desk, rights)
    return _delivery(desk, rights.family[0], name) if name in TAKES_CONTEXT else ""


def _stopping(event: dict[str, Any], desk: Desk, rights: AgentRights) -> str:
    """Asked once what is to become of a claim; not while subagents are still at work, and never in a loop."""
    if event.get("stop_hook_active") or _waits_for_subagents(event) or desk.guard.policy().mode == "off":
        return ""
    from mcp_server.adapters.sqlite.light import begin_writing
    from mcp_server.core.agents.before_stop import before_stopping

    own = rights.family[0]
    claims = [
        (holding.task, holding.title, holding.since)
        for holding in rights.holdings
        if holding.task is not None and holding.resource is None and holding.holder_id == own
    ]
    if not claims and not desk.inbox.unseen(own, 1):
        return ""
    begin_writing(desk.connection)
    told = before_stopping(desk, own, claims)
    desk.connection.execute("COMMIT")
    return io.keep_going(told) if told else ""


def _waits_for_subagents(event: dict[str, Any]) -> bool:
    tasks = event.get("background_tasks")
    return isinstance(tasks, list) and any(isinstance(task, dict) and task.get("type") == "subagent" for task in tasks)


def _delivery(desk: Desk, agent_id: int, name: str) -> str:
    if not desk.inbox.unseen(agent_id, 1):
        return ""
    from mcp_server.adapters.sqlite.light import begin_writing
    from mcp_server.core.agents.deliver import deliver

    begin_writing(desk.connection)
    told = deliver(desk.inbox, agent_id)
    desk.connection.execute("COMMIT")
    return io.answer(name, additionalContext=told) if told else ""


if __name__ == "__main__":
    main()
