"""What an agent is told that is about to stop: once what it still holds, and whatever is urgent. Hot path of a hook."""

from __future__ import annotations

from mcp_server.core.agents.deliver import urgent
from mcp_server.domain.text import clip

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from mcp_server.ports import HookBooks

LONGEST = 1_500


def before_stopping(books: HookBooks, agent_id: int, claims: Iterable[tuple[str, str, float]]) -> str:
    """What keeps the agent from stopping now; empty when nothing does, so that it is never asked twice.

    `claims` are the tasks that it holds itself: id, title, since when.
    """
    left = [(task, title) for task, title, since in claims if books.activity.remind(agent_id, task, since)]
    parts = [urgent(books.inbox, agent_id), _asked(left) if left else ""]
    return clip("\n".join(part for part in parts if part), LONGEST)


def _asked(left: list[tuple[str, str]]) -> str:
    named = ", ".join(f'{clip(task, 60)} "{clip(title, 60)}"' for task, title in left[:5])
    first = clip(left[0][0], 60)
    return (
        f"Interlock: you still hold {named}, and nobody else can go on with it. If it is finished: "
        f'update_task(task_id="{first}", status="done"). If you leave it: status="released" with a note of what is '
        'left, or "blocked" with what it needs. If you only wait for the user, say so again; you are not asked twice.'
    )
