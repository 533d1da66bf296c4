"""The answers about reviews: what waits, what was decided."""

from __future__ import annotations

from shlex import quote

from mcp_server.answers.answer import Answer, Part, Time
from mcp_server.answers.merge import CheckPart, MergeAnswer
from mcp_server.answers.tasks import NotePart, TaskPart
from mcp_server.core.approval.decide import Approved, NotApproved, Rejected
from mcp_server.core.approval.waiting import InReview, Queue
from mcp_server.core.merge.request import NotMerged
from mcp_server.domain.decision import REVIEW
from mcp_server.domain.merge import CheckResult, result_words
from mcp_server.domain.messages import PERSON
from mcp_server.domain.task import Review
from mcp_server.domain.text import count


def author_of(review: Review) -> str:
    """Who asked for a review; a mark in the task list has no name."""
    return _named(review.author_name)


def _named(author: str) -> str:
    return PERSON if author == REVIEW else author


class KeptCheckPart(CheckPart):
    """What a check said of the work, at which commit, and when."""

    commit: str
    at: Time


class ChangesPart(Part):
    """How much was changed; `untracked` files are new, and git does not know them."""

    files: int
    added: int
    removed: int
    untracked: int = 0

    def line(self) -> str:
        new = f", {count(self.untracked, 'file')} not known to git" if self.untracked else ""
        return f"{count(self.files, 'file')}, +{self.added} -{self.removed}{new}"


class InReviewPart(Part):
    """A task that waits for review. `place` is where its work is, `branch` what it is on in a worktree of its own."""

    id: str
    title: str
    scope: list[str]
    done_when: str | None = None
    author: str
    since: Time
    place: str
    branch: str | None = None
    base: str | None = None
    changes: ChangesPart | None = None
    check: KeptCheckPart | None = None
    notes: list[NotePart] = []
    tokens: int | None = None

    @classmethod
    def of(cls, waiting: InReview) -> InReviewPart:
        tree, review = waiting.worktree, waiting.review
        where = {"place": tree.path, "branch": tree.branch, "base": tree.base} if tree else {"place": review.worktree}
        said = {"author": author_of(review), "since": review.asked_at, "check": review.check}
        parts = {"changes": waiting.changes, "notes": list(waiting.notes), "tokens": waiting.tokens}
        return cls.model_validate({**waiting.task._asdict(), **where, **said, **parts})


class ReviewsAnswer(Answer):
    """Answer of `interlock review`: what waits, the longest first. `limit` may wait before nobody begins a new task."""

    MORE = "interlock review ID shows one"

    waiting: list[InReviewPart]
    limit: int
    more: int = 0

    @classmethod
    def of(cls, queue: Queue) -> ReviewsAnswer:
        return cls(waiting=[InReviewPart.of(one) for one in queue.waiting], limit=queue.limit, more=queue.more)

    def line(self) -> str:
        if not self.waiting:
            return "No task waits for review."
        waiting = count(len(self.waiting) + self.more, "task")
        return f"{waiting} waiting for review; with {self.limit} nobody begins a new one."


class ReviewAnswer(Answer):
    """Answer of `interlock review ID`: the task; its difference is `shown` beside it. `advice`: what is in the way."""

    review: InReviewPart
    shown: bool | None = None
    check: CheckPart | None = None
    advice: str | None = None

    @classmethod
    def of(cls, waiting: InReview, *, shown: bool | None = None) -> ReviewAnswer:
        return cls(review=InReviewPart.of(waiting), shown=shown)

    @classmethod
    def checked(cls, waiting: InReview, outcome: CheckResult | NotMerged) -> ReviewAnswer:
        part = InReviewPart.of(waiting)
        if isinstance(outcome, NotMerged):
            return cls(review=part, advice=f"Not checked: {outcome.advice}.")
        return cls(review=part, check=CheckPart.model_validate(outcome))

    def line(self) -> str:
        task = quote(self.review.id)
        said = [self.advice] if self.advice else []
        if self.check is not None:
            log = f"; full log: {self.check.log}" if self.check.code else ""
            said += [*self.check.lines, f"The check `{self.check.command}` {result_words(self.check.code)}{log}."]
        if self.shown is False:
            said.append(f"There is no difference to show: look at {self.review.place}.")
        return "\n".join([*said, f"interlock approve {task} [--merge], or interlock reject {task} -m WHY"])


class ApproveAnswer(Answer):
    """Answer of `interlock approve`. `merge` says what came of the merge that was asked for."""

    approved: bool
    task: TaskPart
    now_ready: list[str] | None = None
    merge: MergeAnswer | None = None
    advice: str | None = None

    @classmethod
    def of(cls, outcome: Approved | NotApproved) -> ApproveAnswer:
        if isinstance(outcome, NotApproved):
            merge = MergeAnswer.of(outcome.outcome)
            advice = "It was not merged, so it was not approved, and waits for review as before."
            return cls(approved=False, task=TaskPart.model_validate(outcome.task), merge=merge, advice=advice)
        task = outcome.task.id
        away = f"Tasks that depend on it can start once its branch is merged: interlock merge {quote(task)}."
        return cls(
            approved=True,
            task=TaskPart.model_validate(outcome.task),
            now_ready=list(outcome.ready) or None,
            merge=MergeAnswer.of(outcome.merged) if outcome.merged is not None else None,
            advice=away if outcome.away else None,
        )

    def line(self) -> str:
        merged = [self.merge.line()] if self.merge is not None else []
        if not self.approved:
            return "\n".join([*merged, f"{self.task.id}: {self.advice}"])
        ready = f"; now ready: {', '.join(self.now_ready)}" if self.now_ready else ""
        return "\n".join([f"{self.task.id} is done{ready}.", *merged, *([self.advice] if self.advice else [])])


class RejectAnswer(Answer):
    """Answer of `interlock reject`."""

    task: TaskPart
    author: str
    reason: str

    @classmethod
    def of(cls, rejected: Rejected) -> RejectAnswer:
        task = TaskPart.model_validate(rejected.task)
        return cls(task=task, author=_named(rejected.author), reason=rejected.reason)

    def line(self) -> str:
        gets = f"{self.author} gets the reason at its next step, and so does whoever claims the task."
        return f"{self.task.id} is to be done again. {gets}"
