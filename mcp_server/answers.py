"""What agents and people are answered: one pydantic model for each tool, and one line of text to each.

The server's tools and the command line's `--json` give these same answers.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict

from mcp_server.core.claiming import Claimed, Refused
from mcp_server.core.locking import Busy, Locked, Unlocked
from mcp_server.core.overseeing import Board
from mcp_server.core.planning import Planned
from mcp_server.core.sharing import Sent
from mcp_server.core.updating import NotWidened, Updated
from mcp_server.domain.decision import Decision, stamp
from mcp_server.domain.lease import Lease
from mcp_server.domain.shared import Entry, Message
from mcp_server.domain.task import Task


def _stamped(value: object) -> object:
    return stamp(value) if isinstance(value, int | float) else value


Time = Annotated[str, BeforeValidator(_stamped)]
"""ISO 8601, UTC."""


class Part(BaseModel):
    """A part of an answer, read from a value of the core."""

    model_config = ConfigDict(from_attributes=True)


class Answer(Part):
    """An answer. `notice` tells of a claim that was taken over since the last call, once."""

    notice: str | None = None

    def line(self) -> str:
        """The answer in one line of text."""
        raise NotImplementedError


class OverlapPart(Part):
    """Two tasks that no dependency orders and that want the same path."""

    tasks: tuple[str, str]
    example: str


class PlanAnswer(Answer):
    """Answer of `plan_tasks`."""

    created: list[str]
    ready: list[str]
    overlaps: list[OverlapPart]
    advice: str | None = None

    @classmethod
    def of(cls, planned: Planned, *, dry_run: bool) -> PlanAnswer:
        """The answer that says what a plan led to."""
        answer = cls.model_validate(planned)
        advice = []
        if planned.overlaps:
            advice.append(
                "Tasks that overlap cannot run at the same time: narrow a scope, or let one depend on the other."
            )
        if not planned.complete:
            advice.append("There may be more overlaps than these.")
        if dry_run:
            advice.append("Nothing was planned: this was a dry run.")
        answer.advice = " ".join(advice) or None
        return answer

    def line(self) -> str:
        counts = f"{len(self.created)} task(s), {len(self.ready)} ready, {len(self.overlaps)} overlap(s)."
        return f"{counts} {self.advice}" if self.advice else counts


class TaskPart(Part):
    """A task as agents see it."""

    id: str
    title: str
    scope: list[str]
    status: str
    priority: int = 0
    tier: str | None = None
    done_when: str | None = None
    resources: list[str] = []
    failures: int = 0
    needs: str | None = None


class NotePart(Part):
    """A checkpoint that somebody left with the task."""

    at: Time
    author: str
    text: str


class ClaimAnswer(Answer):
    """Answer of `claim_task`."""

    granted: bool
    task: TaskPart | None = None
    scope: list[str] | None = None
    token: int | None = None
    expires_at: Time | None = None
    notes: list[NotePart] | None = None
    taken_from: str | None = None
    reason: Literal["held", "overlap", "waiting", "done", "nothing_ready"] | None = None
    holder: str | None = None
    since: Time | None = None
    example: str | None = None
    waiting_for: list[str] | None = None
    advice: str | None = None

    @classmethod
    def of(cls, outcome: Claimed | Refused) -> ClaimAnswer:
        """The answer to a claim, granted or not."""
        if isinstance(outcome, Refused):
            values = outcome._asdict() | {"waiting_for": list(outcome.waiting_for) or None}
            return cls.model_validate({"granted": False, **values})
        values = outcome._asdict() | {"scope": list(outcome.task.scope)}
        return cls.model_validate({"granted": True, **values, "advice": _how_to_work(outcome)})

    def line(self) -> str:
        return self.advice or ""


def _how_to_work(claimed: Claimed) -> str:
    task = claimed.task
    writable = ", ".join(task.scope) if task.scope else "nothing: this task is for reading"
    former = (
        f" {claimed.taken_from} had it before: look at what is uncommitted in its scope first."
        if claimed.taken_from
        else ""
    )
    return (
        f"{task.id} is yours. You may write {writable}.{former} Leave notes with update_task(note=…); "
        f'end with update_task("{task.id}", status="done").'
    )


class UpdateAnswer(Answer):
    """Answer of `update_task`."""

    task: TaskPart
    holder: str | None = None
    now_ready: list[str] | None = None
    widened: bool | None = None
    since: Time | None = None
    example: str | None = None
    advice: str | None = None

    @classmethod
    def of(cls, outcome: Updated | NotWidened, *, asked_to_widen: bool) -> UpdateAnswer:
        """The answer that shows the task as it is now."""
        if isinstance(outcome, Updated):
            ready = list(outcome.now_ready) or None
            widened = True if asked_to_widen else None
            return cls.model_validate(outcome._asdict() | {"now_ready": ready, "widened": widened})
        advice = (
            f"Not widened, and nothing else was changed: {outcome.holder} holds {outcome.held}"
            + (f" and both cover {outcome.example}" if outcome.example else "")
            + ". Do without those paths, or ask with send_message."
        )
        return cls.model_validate(outcome._asdict() | {"widened": False, "advice": advice})

    def line(self) -> str:
        return self.advice or f"{self.task.id} is {self.task.status}" + (
            f"; now ready: {', '.join(self.now_ready)}" if self.now_ready else ""
        )


class LockAnswer(Answer):
    """Answer of `lock_resource`."""

    granted: bool
    resource: str
    token: int | None = None
    expires_at: Time
    holder: str | None = None
    since: Time | None = None
    purpose: str | None = None
    example: str | None = None
    advice: str

    @classmethod
    def of(cls, name: str, outcome: Locked | Busy) -> LockAnswer:
        """The answer to a lock, granted or not."""
        if isinstance(outcome, Locked):
            advice = f'{name} is yours. Release it as soon as you are done: unlock_resource("{name}").'
            return cls.model_validate({"granted": True, "resource": name, **outcome._asdict(), "advice": advice})
        advice = (
            f"{outcome.holder} has {outcome.resource}. Go on with something else and try again, or wait with "
            "wait_seconds (at most 60)."
        )
        return cls.model_validate({"granted": False, **outcome._asdict(), "resource": name, "advice": advice})

    def line(self) -> str:
        return self.advice


class UnlockAnswer(Answer):
    """Answer of `unlock_resource`."""

    released: bool
    reason: str | None = None

    @classmethod
    def of(cls, outcome: Unlocked) -> UnlockAnswer:
        """The answer to a release."""
        return cls.model_validate(outcome)

    def line(self) -> str:
        return "Released." if self.released else f"Not released: {self.reason}."


class PathPart(Part):
    """What the guard would decide for one path."""

    path: str
    allowed: bool
    reason: str
    holder: str | None = None
    task: str | None = None


class ScopeAnswer(Answer):
    """Answer of `scope_check`."""

    paths: list[PathPart]

    @classmethod
    def of(cls, decisions: list[Decision]) -> ScopeAnswer:
        """The answer for each path, in the order asked."""
        return cls(paths=[PathPart.model_validate(decision) for decision in decisions])

    def line(self) -> str:
        refused = [part for part in self.paths if not part.allowed]
        return refused[0].reason if refused else "All may be written."


class EntryPart(Part):
    """An entry of the shared state with what was observed when it was written."""

    id: int
    at: Time
    author: str
    kind: Literal["status", "next", "learning"]
    text: str
    revision: str | None
    uncommitted: int | None


class EntryAnswer(Answer):
    """Answer of `write_state`."""

    entry: EntryPart

    @classmethod
    def of(cls, entry: Entry) -> EntryAnswer:
        """The answer that shows what was kept."""
        return cls(entry=EntryPart.model_validate(entry))

    def line(self) -> str:
        return (
            f"Kept as {self.entry.kind}, at commit {self.entry.revision}, {self.entry.uncommitted} file(s) uncommitted."
        )


class StateAnswer(Answer):
    """Answer of `read_state`."""

    entries: list[EntryPart]

    @classmethod
    def of(cls, entries: list[Entry]) -> StateAnswer:
        """The answer with these entries."""
        return cls(entries=[EntryPart.model_validate(entry) for entry in entries])

    def line(self) -> str:
        return f"{len(self.entries)} entries."


class SentAnswer(Answer):
    """Answer of `send_message`."""

    id: int
    delivered_to: list[str]

    @classmethod
    def of(cls, sent: Sent) -> SentAnswer:
        """The answer that says who got it."""
        return cls.model_validate(sent)

    def line(self) -> str:
        return f"Sent to {', '.join(self.delivered_to)}." if self.delivered_to else "Kept for whoever comes."


class MessagePart(Part):
    """A message."""

    id: int
    at: Time
    sender: str | None
    recipient: str
    subject: str
    body: str


class MessagesAnswer(Answer):
    """Answer of `read_messages`."""

    messages: list[MessagePart]

    @classmethod
    def of(cls, messages: list[Message]) -> MessagesAnswer:
        """The answer with these messages."""
        return cls(messages=[MessagePart.model_validate(message) for message in messages])

    def line(self) -> str:
        return f"{len(self.messages)} message(s)."


class AgentPart(Part):
    """An agent on the board."""

    name: str
    kind: str
    worktree: str
    seen_at: Time


class LeasePart(Part):
    """A claim or a lock on the board; one that is not live is free for the next comer."""

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
        """A lease as it stands at `now`."""
        return cls.model_validate(
            {
                **lease._asdict(),
                "holder": lease.holder_name,
                "since": lease.granted_at,
                "expires_at": lease.expires_at,
                "live": lease.is_live(now),
            }
        )


class WaitingPart(Part):
    """Who waits for what, and for whom."""

    who: str
    waits_for: str
    holder: str | None
    since: Time | None


class BoardTask(Part):
    """A task on the board."""

    id: str
    title: str
    scope: list[str]
    status: str
    ready: bool
    holder: str | None = None
    needs: str | None = None

    @classmethod
    def seen(cls, task: Task, holders: dict[str | None, str]) -> BoardTask:
        """A task with its holder."""
        return cls.model_validate({**task._asdict(), "holder": holders.get(task.id)})


class BoardAnswer(Answer):
    """Answer of `board`."""

    agents: list[AgentPart]
    tasks: list[BoardTask]
    done: int
    more: int
    claims: list[LeasePart]
    locks: list[LeasePart]
    waiting: list[WaitingPart]

    @classmethod
    def of(cls, board: Board) -> BoardAnswer:
        """The answer that shows the board."""
        holders = {lease.task: lease.holder_name for lease in board.claims if lease.is_live(board.now)}
        return cls(
            agents=[AgentPart.model_validate(agent) for agent in board.agents],
            tasks=[BoardTask.seen(task, holders) for task in board.tasks],
            done=board.done,
            more=board.more,
            claims=[LeasePart.seen(lease, board.now) for lease in board.claims],
            locks=[LeasePart.seen(lease, board.now) for lease in board.locks],
            waiting=[WaitingPart.model_validate(waiting) for waiting in board.waiting],
        )

    def line(self) -> str:
        return (
            f"{len(self.agents)} agent(s), {len(self.tasks) + self.more} open task(s), {self.done} done, "
            f"{len(self.claims)} claim(s), {len(self.locks)} lock(s)."
        )
