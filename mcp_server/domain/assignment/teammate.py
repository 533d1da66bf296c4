"""A teammate, and the plan that it needs before it writes. On the path of a hook where there is one."""

from __future__ import annotations

from mcp_server.domain.text import clip, stamp
from mcp_server.record import NamedTuple


class Teammate(NamedTuple):
    """An agent that another one, its lead, starts under a name.

    `expected_at`: it has not begun since then, and what it holds was claimed for it. `gated`: for each task it needs a
    plan that was approved; `waits`: it may not write yet. `task`, `plan` and `asked_at` are the plan that waits.
    """

    agent: int
    name: str
    lead: int
    lead_name: str
    expected_at: float | None = None
    gated: bool = False
    waits: bool = False
    task: str | None = None
    plan: str | None = None
    asked_at: float | None = None


class Unapproved(NamedTuple):
    """Why an agent may not write yet: whose plan for which task nobody has approved; `since` it was handed in."""

    task: str | None
    lead: str
    since: float | None

    def refusal(self, what: str, done: str) -> str:
        """Why `what` was refused: it was not `done`."""
        named = f" for {clip(self.task, 60)}" if self.task else ""
        why = f"{clip(what, 150)} was not {done}: in this team nobody writes before the plan is approved. "
        if self.since is not None:
            return (
                f"{why}Yours{named} has waited for {clip(self.lead, 60)} or a person since {stamp(self.since)}. End "
                "your turn: you get a message. Reading still works."
            )
        task = clip(self.task, 60) if self.task else "your task"
        return (
            f'{why}Hand yours in: update_task(task_id="{task}", status="plan", note="what you will change, where, and '
            'how it is tested"), then end your turn. Reading still works.'
        )
