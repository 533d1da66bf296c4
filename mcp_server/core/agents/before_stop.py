"""Reminds an agent that is about to stop of its claims, once, and of urgent messages. On the hot path of a hook."""

from __future__ import annotations

from mcp_server.core.agents.deliver import urgent
from mcp_server.domain.text import clip

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from mcp_server.ports import HookBooks

LONGEST = 1_500


def stop_reminder(books: HookBooks, agent_id: int, claims: Iterable[tuple[str, str, float]]) -> str:
    """What the agent should deal with before it stops; empty for nothing. It is reminded of each claim once.

    `claims` are its own: task id, title, and when the claim began.
    """
    left = [(task, title) for task, title, since in claims if books.activity.remind(agent_id, task, since)]
    parts = [urgent(books.inbox, agent_id), _claims_reminder(left) if left else ""]
    return clip("\n".join(part for part in parts if part), LONGEST)


def _claims_reminder(left: list[tuple[str, str]]) -> str:
    named = ", ".join(f'{clip(task, 60)} "{clip(title, 60)}"' for task, title in left[:5])
    first = clip(left[0][0], 60)
    return (
        f"Interlock: you still hold {named}, so nobody else can work on it. If it is finished: "
        f'update_task(task_id="{first}", status="done"). If you stop here: status="released" with a note of what is '
        'left, or "blocked" with what it needs. If you are only waiting for '
        "the user, just stop; you will not be asked again."
    )
