"""The answers to planning, claiming and updating tasks."""

from __future__ import annotations

from shlex import quote
from typing import Literal

from mcp_server.answers.answer import Answer, NeedsScope, Part, Time
from mcp_server.core.tasks.claim import Claimed
from mcp_server.core.tasks.plan import Planned
from mcp_server.core.tasks.refusals import Refused
from mcp_server.core.tasks.update import NotWidened, Updated
from mcp_server.domain.assignment.roles import BUILT_IN, role_named
from mcp_server.domain.text import count


class OverlapPart(Part):
    """Two tasks whose scopes overlap and that no dependency orders."""

    tasks: tuple[str, str]
    example: str


class PlanAnswer(Answer):
    """Answer of `plan_tasks`."""

    MORE = "a smaller plan, or one with dry_run=true, shows them"

    created: list[str]
    ready: list[str]
    overlaps: list[OverlapPart]
    advice: str | None = None

    @classmethod
    def of(cls, planned: Planned, *, dry_run: bool) -> PlanAnswer:
        answer = cls.model_validate(planned)
        advice = []
        if planned.overlaps:
            advice.append(
                "Overlapping tasks cannot run at the same time: narrow a scope, or make one depend on the other."
            )
        if not planned.complete:
            advice.append("There may be more overlaps than these.")
        if dry_run:
            advice.append("Nothing was planned: this was a dry run.")
        answer.advice = " ".join(advice) or None
        return answer

    def line(self) -> str:
        counts = f"{count(len(self.created), 'task')}, {len(self.ready)} ready, {count(len(self.overlaps), 'overlap')}."
        return f"{counts} {self.advice}" if self.advice else counts


class TaskPart(Part):
    """A task as agents see it."""

    id: str
    title: str
    scope: list[str] | None
    status: str
    priority: int = 0
    tier: str | None = None
    role: str | None = None
    capabilities: list[str] = []
    done_when: str | None = None
    resources: list[str] = []
    failures: int = 0
    needs_scope: NeedsScope = None
    needs: str | None = None


class NotePart(Part):
    """A checkpoint left with the task."""

    at: Time
    author: str
    text: str


class BudgetPart(Part):
    """What may be spent on the task, and how much is, in tokens."""

    limit: int
    spent: int


class ClaimAnswer(Answer):
    """Answer of `claim_task`. The scope is said once, in `scope`; `first` is what comes before any work."""

    granted: bool
    first: str | None = None
    task: TaskPart | None = None
    scope: list[str] | None = None
    token: int | None = None
    expires_at: Time | None = None
    notes: list[NotePart] | None = None
    taken_from: str | None = None
    worktree: str | None = None
    budget: BudgetPart | None = None
    reason: Literal["held", "overlap", "waiting", "done", "nothing_ready", "review_full", "budget", "role"] | None = (
        None
    )
    holder: str | None = None
    since: Time | None = None
    example: str | None = None
    waiting_for: list[str] | None = None
    advice: str | None = None

    @classmethod
    def of(cls, outcome: Claimed | Refused) -> ClaimAnswer:
        if isinstance(outcome, Refused):
            values = outcome._asdict() | {"waiting_for": list(outcome.waiting_for) or None}
            return cls.model_validate({"granted": False, **values})
        values = outcome._asdict() | {"scope": list(outcome.task.scope), "worktree": outcome.where.worktree}
        first = _where_to_work(outcome)
        answer = cls.model_validate({"granted": True, "first": first, **values, "advice": _how_to_work(outcome)})
        if answer.task is not None:
            answer.task.scope = None
        return answer

    def line(self) -> str:
        return " ".join(words for words in (self.first, self.advice) if words)


def _how_to_work(claimed: Claimed) -> str:
    task = claimed.task
    writable = "Edit only what `scope` covers." if task.scope else "Edit nothing: this task is for reading."
    if task.role is not None:
        writable = _in_role(task.role, writable)
    former = (
        f" {claimed.taken_from} held it before: look first at what is uncommitted in its scope."
        if claimed.taken_from
        else ""
    )
    return (
        f"{task.id} is yours. {writable}{former} "
        f'Leave notes with update_task(note=…); end with update_task("{task.id}", status="done").'
    )


def _in_role(role: str, writable: str) -> str:
    """What may be edited in a role, and what else it says about the work."""
    if role not in BUILT_IN:
        return f"{writable} You have only the tools of its role, {role}."
    known = role_named(role)
    return f"Its role is {role} ({known.does}). {writable if known.edits else 'Edit nothing.'}"


def _where_to_work(claimed: Claimed) -> str | None:
    """What comes first: the way to the task's own worktree, if the caller is elsewhere."""
    task, where = claimed.task.id, claimed.where
    if where.worktree is not None:
        return f"Go to {where.worktree} first: it is the worktree of {task}, and {task} is worked on only there."
    if where.other is not None:
        return (
            f"Not here: this is the worktree of {where.other}, whose branch would get your commits. Create one for "
            f"{task} first and work there: interlock worktree add {quote(task)}."
        )
    return None


_ASKED = "Its scope is closed, for you too, until it is approved or rejected; you get a message. Claim another task."


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
        if isinstance(outcome, Updated):
            ready = list(outcome.now_ready) or None
            widened = True if asked_to_widen else None
            advice = _how_to_merge(outcome.task.id) if outcome.away else None
            if outcome.missing is not None:
                advice = f"Tasks that depend on it can start once every machine can have it. {outcome.missing}."
            if outcome.task.status == "review":
                advice = _ASKED
            return cls.model_validate(outcome._asdict() | {"now_ready": ready, "widened": widened, "advice": advice})
        advice = (
            f"Not widened, and nothing else was changed: {outcome.holder} holds {outcome.held}"
            + (f" and both cover {outcome.example}" if outcome.example else "")
            + ". Do without those paths, or ask with send_message."
        )
        return cls.model_validate(outcome._asdict() | {"widened": False, "advice": advice})

    def line(self) -> str:
        if self.widened is False:
            return self.advice or ""
        if self.task.status == "review":
            return f"{self.task.id} waits for review. {self.advice or ''}".rstrip()
        ready = f"; now ready: {', '.join(self.now_ready)}" if self.now_ready else ""
        return f"{self.task.id} is {self.task.status}{ready}" + (f". {self.advice}" if self.advice else "")


def _how_to_merge(task_id: str) -> str:
    return f"Tasks that depend on it can start once its branch is merged: commit, then interlock merge {task_id}."
