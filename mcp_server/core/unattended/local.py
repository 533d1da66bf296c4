"""Tasks of the tier `local`: a command of the settings answers them, and no agent is started."""

from __future__ import annotations

from mcp_server.core.agents.register import Caller, recognise
from mcp_server.core.leases.expire import end
from mcp_server.core.leases.obstacles import existing
from mcp_server.core.tasks.claim import Claimed, claim_task
from mcp_server.core.tasks.refusals import Refused
from mcp_server.core.tasks.update import Move, update_task
from mcp_server.core.workplace import Workplace
from mcp_server.domain.agent import Process
from mcp_server.domain.launch import name_of
from mcp_server.domain.messages import Checkpoint
from mcp_server.domain.task import Task
from mcp_server.domain.text import clip
from mcp_server.domain.unattended.outcome import Outcome
from mcp_server.ports import CommandLines

LONGEST_NOTE = 18_000


def answer_locally(  # noqa: PLR0913, PLR0917  one argument for each thing that it depends on
    place: Workplace, commands: CommandLines, command: str, task_id: str, session: str, process: Process | None
) -> Outcome | Refused:
    """Claim the task, have the command answer it, and keep the answer as a note; `process` is the worker's.

    The command is given the title, what it is done when, and the notes; nothing of the files in the scope. A task
    that was not answered counts as failed, and the next one that works on it is an agent.
    """
    with place.store.writing() as books:
        task = existing(books, task_id)
        caller = Caller(session=session, title=f"{name_of(task)}-local", process=process)
        agent = recognise(books, caller)
    try:
        claimed = claim_task(place, agent.id, task_id)
        if isinstance(claimed, Refused):
            return claimed
        variables = {"INTERLOCK_TASK": task.id}
        finished = commands.run(command, text_of(claimed), place.settings().work.seconds, variables)
        is_answered = finished.how == "ended" and bool(finished.words.strip())
        note = clip(finished.words, LONGEST_NOTE) if is_answered else f"`{clip(command, 200)}` failed: {finished.why}"
        update_task(place, agent.id, task_id, status=_status(place, finished.how, is_answered), note=note)
    finally:
        with place.store.writing() as books:
            end(books, books.agents.get(agent.id), "its run has ended")
    with place.store.reading() as books:
        task = existing(books, task_id)
    return Outcome(task.id, task.title, task.status, finished)


def text_of(claimed: Claimed) -> str:
    """What the command is given on its input."""
    return _text(claimed.task, claimed.notes)


def _text(task: Task, notes: tuple[Checkpoint, ...]) -> str:
    done_when = [f"It is done when: {task.done_when}"] if task.done_when else []
    return "\n\n".join([f"{task.id}: {task.title}", *done_when, *(note.text for note in notes)]) + "\n"


def _status(place: Workplace, how: str, is_answered: bool) -> Move:
    if not is_answered:
        return "released" if how == "interrupted" else "failed"
    return "review" if place.settings().review.required else "done"
