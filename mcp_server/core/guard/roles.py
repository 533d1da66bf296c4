"""May this agent use this tool, start this agent, or run this command, given the roles that it is kept to?

On a hook's path only where a role is named at all.
"""

from __future__ import annotations

from mcp_server.domain.assignment.limits import start_as
from mcp_server.domain.assignment.roles import STARTING
from mcp_server.domain.decision import Decision
from mcp_server.domain.text import clip

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from mcp_server.bash.reading import Reading
    from mcp_server.domain.decision import AgentRights
    from mcp_server.ports import GuardBook


def judge_tool(
    book: GuardBook, rights: AgentRights, tool: str, *, reads: bool = False, kind: str | None = None, held: bool = True
) -> Decision | None:
    """The refusal of a tool that the agent's role does not have, or of an agent that would have more; or None.

    `reads`: it is a tool of another server that only reads. `kind` is the type of an agent that would be started, and
    `held` whether the guard will see it as working under this one: the client names the session alone.
    """
    if book.policy().mode == "off":
        return None
    limit = next((limit for limit in rights.limits if not limit.has(tool, reads=reads)), None)
    if limit is not None:
        return Decision(tool, allowed=False, rule="role", reason=limit.refusal(tool, "run"))
    if rights.limits and tool in (*STARTING, "Task"):
        start = start_as(rights.limits, None, kind, book.policy().roles, held=held)
        if start.refusal:
            return Decision(tool, allowed=False, rule="role", reason=start.refusal)
        if start.kind is not None:
            reason = (
                f'Not started: an agent of any kind would have more than your role. subagent_type="{start.kind}" has '
                "no more than you; what it cannot do is a task of another role (plan_tasks)."
            )
            return Decision(tool, allowed=False, rule="role", reason=reason)
    return None


def judge_beyond_role(
    book: GuardBook, rights: AgentRights, reading: Reading, command: str, confines: Callable[[], bool]
) -> Decision | None:
    """The refusal of a command that does more than the agent's role lets it, beside the paths that it writes.

    What is unknown is left to the kernel; a reader's command that nothing confines has to be known.
    """
    if book.policy().mode == "off":
        return None
    alone = next((limit for limit in rights.limits if not limit.has("Agent")), None) if reading.starts else None
    if alone is not None:
        return _refused(command, alone.refusal(_shown(command), "run, since it starts an agent"))
    reader = rights.limit_on_commands()
    limit = rights.limit_on_edits() or reader
    if limit is None:
        return None
    if reading.sweeps or reading.commits:
        return _refused(command, limit.refusal(_shown(command), "run"))
    if reader is not None and reading.unknown and not confines():
        return _refused(command, reader.refusal(_shown(command), "run, since it may write what is not known"))
    return None


def _refused(command: str, reason: str) -> Decision:
    return Decision(clip(" ".join(command.split()), 120), allowed=False, rule="role", reason=reason)


def _shown(command: str) -> str:
    return f"`{clip(' '.join(command.split()), 110)}`"
