"""Runs the check of a task that waits for review on the result of its merge, and keeps its result with the task.

Only when a reviewer asks for it, or merges: it takes as long as the tests, and an author should not wait for it.
"""

from __future__ import annotations

from mcp_server.core.leases.obstacles import existing
from mcp_server.core.merge.finish import finish_pending
from mcp_server.core.merge.merge import stopped
from mcp_server.core.merge.request import NotMerged, Options, requested
from mcp_server.core.review.decision import waiting
from mcp_server.core.workplace import Workplace
from mcp_server.domain.errors import Misuse
from mcp_server.domain.merge import CheckResult, MergeStopped
from mcp_server.domain.task import Check
from mcp_server.ports import MergeTool


def check_task(place: Workplace, git: MergeTool, agent_id: int, task_id: str) -> CheckResult | NotMerged:
    """Merge a waiting task in a temporary checkout, run its check there, and keep the result. No branch is moved."""
    with place.store.reading() as books:
        waiting(existing(books, task_id))
    with git.locked():
        finish_pending(place, git)
    request = requested(place, git, agent_id, task_id, Options(approves=True))
    if isinstance(request, NotMerged):
        return request
    if request.check is None:
        raise Misuse(
            f"{task_id} has no check: its done_when names none between backticks, and the settings have no "
            '[merge] check = "COMMAND". Nothing was run'
        )
    old, tip = request.base_tip(git), request.tip(git)
    message = request.message if request.style == "merge" else None
    with git.scratch_merge(old, tip, branch=request.base, message=message) as scratch:
        if isinstance(scratch.outcome, MergeStopped):
            return stopped(git, request, old, tip, scratch.outcome)
        result = scratch.check(request.check, request.branch)
    keep_check(place, task_id, result, tip)
    return result


def keep_check(place: Workplace, task_id: str, result: CheckResult | None, commit: str) -> None:
    """Keep what a check said with its task."""
    if result is None:
        return
    with place.store.writing() as books:
        task = existing(books, task_id)
        books.reviews.checked(task.seq, Check(*result, commit=commit, at=books.now))
