"""What a person may do from a board: the same as at the command line, in the same words."""

from __future__ import annotations

from collections.abc import Callable

from mcp_server.answers.review import ApproveAnswer, RejectAnswer
from mcp_server.core.agents.command_line import refuse_agent, typed
from mcp_server.core.approval.decide import Approved, NotApproved, approve_and_merge, approve_task, reject_task
from mcp_server.core.shared_state.write import send_message
from mcp_server.core.tasks.update import NotWidened, update_task
from mcp_server.core.workplace import Workplace
from mcp_server.domain.agent import PERSON, Agent
from mcp_server.domain.errors import Misuse
from mcp_server.domain.worktree import Trouble
from mcp_server.ports import Books, MergeTool


class Acts:
    """The acts of whoever opened the board, each all or nothing; what can't be done is refused (InterlockError).

    `who` finds or registers that agent. One in a session of Claude Code is refused: these are a person's acts.
    """

    def __init__(
        self, place: Callable[[], Workplace], who: Callable[[Books], Agent], merge_tool: Callable[[], MergeTool]
    ) -> None:
        self._place = place
        self._who = who
        self._merge_tool = merge_tool

    def approve(self, task_id: str, *, merge: bool = False) -> str:
        """Approve a task that waits for review, and merge its branch as well, both or neither."""
        place = self._place()
        line = typed("approve", task_id, *(["--merge"] if merge else []))
        person = self._person(place, line)
        outcome: Approved | NotApproved
        if merge:
            outcome = approve_and_merge(place, self._merge_tool(), person, task_id, note=None, line=line)
        else:
            outcome = approve_task(place, person, task_id, note=None, line=line)
        words = ApproveAnswer.of(outcome).line()
        if isinstance(outcome, NotApproved):
            raise Trouble(words)
        return words

    def reject(self, task_id: str, why: str) -> str:
        """Put a task that waits for review back, for a reason that its author reads."""
        place = self._place()
        person = self._person(place, typed("reject", task_id, "-m", "WHY"))
        return RejectAnswer.of(reject_task(place, person, task_id, why)).line()

    def release(self, task_id: str) -> str:
        """Give a task back, whoever holds it; the holder is notified."""
        place = self._place()
        person = self._person(place, typed("release", task_id, "--force"))
        updated = update_task(place, person, task_id, status="released", force=True)
        assert not isinstance(updated, NotWidened)  # noqa: S101  nothing was to be widened
        return f"{task_id} was released: it can be claimed again."

    def message(self, to: str, subject: str) -> str:
        """Send a message to an agent, to whoever holds a task, or to all."""
        if not subject.strip():
            raise Misuse("nothing was sent: the message is empty")
        place = self._place()
        person = self._person(place, typed("message", to, "SUBJECT"))
        sent = send_message(place, person, to, subject)
        return f"Sent to {', '.join(sent.delivered_to) or f'whoever claims {to} next'}."

    def _person(self, place: Workplace, line: str) -> int:
        with place.store.writing() as books:
            agent = self._who(books)
        if agent.kind != PERSON:
            refuse_agent(place, agent, line)
        return agent.id
