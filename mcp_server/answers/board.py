"""The answer that shows agents, tasks, claims, locks and waits."""

from __future__ import annotations

from mcp_server.answers.answer import Answer, NeedsScope, Part, Time
from mcp_server.answers.merge import ConflictPart
from mcp_server.answers.review import author_of
from mcp_server.core.board.board import Board
from mcp_server.domain.agent import Agent
from mcp_server.domain.lease import Lease
from mcp_server.domain.task import Review, Task
from mcp_server.domain.text import count


class AgentPart(Part):
    """An agent on the board."""

    name: str
    kind: str
    worktree: str
    seen_at: Time
    doing: str | None = None
    role: str | None = None
    can: list[str] | None = None

    @classmethod
    def seen(cls, agent: Agent, doing: str | None, role: str | None) -> AgentPart:
        can = list(agent.can) or None
        return cls.model_validate({**agent._asdict(), "doing": doing, "role": role, "can": can})


class LeasePart(Part):
    """A claim or a lock on the board; one that is not live is free."""

    holder: str
    task: str | None
    resource: str | None
    scope: list[str]
    purpose: str | None
    since: Time
    expires_at: Time
    live: bool

    @classmethod
    def seen(cls, lease: Lease, now: float) -> LeasePart:
        return cls.model_validate(
            {
                **lease._asdict(),
                "holder": lease.holder_name,
                "since": lease.granted_at,
                "expires_at": lease.expires_at,
                "live": lease.is_live(now),
            }
        )


class ReviewPart(Part):
    """A task that waits for review, since when, and who asked for it."""

    task: str
    author: str
    since: Time

    @classmethod
    def seen(cls, review: Review) -> ReviewPart:
        return cls.model_validate({"task": review.task, "author": author_of(review), "since": review.asked_at})


class WaitingPart(Part):
    """Who waits for what, and for whom."""

    who: str
    waits_for: str
    holder: str | None
    since: Time | None
    doing: str | None = None


class BoardTask(Part):
    """A task on the board."""

    id: str
    title: str
    scope: list[str]
    status: str
    ready: bool
    holder: str | None = None
    needs_scope: NeedsScope = None
    needs: str | None = None
    role: str | None = None
    capabilities: list[str] | None = None

    @classmethod
    def seen(cls, task: Task, holders: dict[str | None, str]) -> BoardTask:
        needed = list(task.capabilities) or None
        return cls.model_validate({**task._asdict(), "holder": holders.get(task.id), "capabilities": needed})


class BoardAnswer(Answer):
    """Answer of `board`. `more` tasks are open beyond those that were looked at."""

    MORE = "scope_check(paths) says who holds a path, claim_task chooses among all tasks"

    agents: list[AgentPart]
    tasks: list[BoardTask]
    done: int
    more: int
    claims: list[LeasePart]
    locks: list[LeasePart]
    reviews: list[ReviewPart] = []
    waiting: list[WaitingPart]
    conflicts: list[ConflictPart]
    troubles: list[str] = []

    @classmethod
    def of(cls, board: Board) -> BoardAnswer:
        holders = {lease.task: lease.holder_name for lease in board.claims if lease.is_live(board.now)}
        return cls.model_validate(
            {
                **board._asdict(),
                "agents": [
                    AgentPart.seen(agent, board.doing.get(agent.id), board.roles.get(agent.id))
                    for agent in board.agents
                ],
                "tasks": [BoardTask.seen(task, holders) for task in board.tasks],
                "claims": [LeasePart.seen(lease, board.now) for lease in board.claims],
                "locks": [LeasePart.seen(lease, board.now) for lease in board.locks],
                "reviews": [ReviewPart.seen(review) for review in board.reviews],
                "conflicts": [ConflictPart.seen(known) for known in board.conflicts],
            }
        )

    def line(self) -> str:
        counts = (
            f"{count(len(self.agents), 'agent')}, {count(len(self.tasks) + self.more, 'open task')}, {self.done} done, "
            f"{count(len(self.claims), 'claim')}, {count(len(self.locks), 'lock')}."
        )
        reviews = f" {_waiting(self.reviews)}." if self.reviews else ""
        conflicts = f" {count(len(self.conflicts), 'conflict')} between branches." if self.conflicts else ""
        troubles = f" In the task list: {'; '.join(self.troubles)}." if self.troubles else ""
        return counts + reviews + conflicts + troubles


def _waiting(reviews: list[ReviewPart]) -> str:
    named = ", ".join(part.task for part in reviews[:5])
    return f"{count(len(reviews), 'task')} waiting for review: {named}"
