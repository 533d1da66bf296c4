"""Requests as files: each becomes one task, exactly once, and its answer is written when the task moves."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from contextlib import AbstractContextManager

from mcp_server.core.tasks import plan
from mcp_server.core.tasks.plan import Proposal
from mcp_server.core.workplace import Workplace
from mcp_server.domain.errors import Misuse
from mcp_server.domain.oversight.need import Need
from mcp_server.domain.unattended.outcome import Finished, Outcome
from mcp_server.domain.unattended.request import Arrived, Asked, Request, asked
from mcp_server.domain.worktree import Trouble
from mcp_server.ports import RequestFolder

REFUSED = "refused"
_FINAL = ("done", "review", "blocked", "dropped")


def take(place: Workplace, agent_id: int, folder: RequestFolder) -> Request | None:
    """Make the oldest file in the inbox a task, and move it away; None if there is none that can be understood.

    It is recorded in the same transaction as its task, before it is moved: whoever is killed in between has lost
    nothing, and the next one only moves it.
    """
    with folder.locked():
        arrived = folder.arrived()
        known = _settle_moves(place, folder, arrived)
        for file in arrived:
            if (file.name, file.stamp) in known:
                continue
            request = _recorded(place, agent_id, file)
            _move(place, folder, request)
            if request.task is not None:
                return request
    return None


def answered(place: Workplace, folder: RequestFolder, outcome: Outcome) -> Outcome:
    """The outcome, written to the outbox if the task was asked for in a file."""
    with place.store.reading() as books:
        request = books.requests.of_task(outcome.task)
    return outcome if request is None else answer(place, folder, outcome, request)


def answer(place: Workplace, folder: RequestFolder, outcome: Outcome, request: Request) -> Outcome:
    """Write what came of a request to the outbox; the outcome with the path of it."""
    written = folder.answer(request.kept_as or request.name, _page(outcome, request))
    with place.store.writing() as books:
        books.requests.tell(request.id, outcome.status)
    return outcome._replace(request=request.name, answer=written)


def answer_rest(
    place: Workplace, folder: RequestFolder, launch_lock: Callable[[str], AbstractContextManager[object]]
) -> list[Need]:
    """Write the answers that nobody else will, as after a worker that was killed; what a person should know.

    A worker holds the lock on its task until it has written the answer itself.
    """
    with place.store.reading() as books:
        unsettled = books.requests.unsettled()
    needs: list[Need] = []
    for request in unsettled:
        if _unwritten(place, request) is None:
            continue
        try:
            with launch_lock(request.task or f"request-{request.id}"):
                outcome = _unwritten(place, request)  # its worker may have written it meanwhile
                if outcome is not None:
                    needs.append(need_of(place, answer(place, folder, outcome, request)))
        except Trouble:
            continue
    return needs


def _unwritten(place: Workplace, request: Request) -> Outcome | None:
    """What is to be written of a request; None if that was done, or there is no last word yet."""
    with place.store.reading() as books:
        known = next((one for one in books.requests.unsettled() if one.id == request.id), None)
        task = books.tasks.get(request.task) if request.task is not None else None
        notes = books.tasks.notes(task.seq, 1) if task is not None else []
    if known is None:
        return None
    if task is None:
        return Outcome("", request.name, REFUSED, Finished("failed", request.trouble or "its task is gone"))
    if task.status not in _FINAL or task.status == known.told:
        return None
    return Outcome(task.id, task.title, task.status, Finished("ended", words=notes[-1].text if notes else ""))


def need_of(place: Workplace, outcome: Outcome) -> Need:
    """What a person is notified of: what came of a request, and how to read it."""
    with place.store.reading() as books:
        now = books.now
    subject = outcome.task or outcome.request or ""
    words = f"{outcome.request} is {WORDS.get(outcome.status, outcome.status)}: {outcome.title}"
    cause = f"outcome {outcome.request} {outcome.task} {outcome.status} {now}"
    return Need("outcome", subject, words, f"cat {shlex.quote(outcome.answer or '')}", now, cause)


WORDS = {
    "done": "done",
    "review": "finished and waits for review",
    "blocked": "blocked",
    "todo": "not finished, and will be tried again",
    "in_progress": "worked on by somebody else now",
    "dropped": "removed from the task list",
    REFUSED: "not understood",
}
"""What became of a request, by the state of its task."""


def _settle_moves(place: Workplace, folder: RequestFolder, arrived: list[Arrived]) -> set[tuple[str, str]]:
    """Finish what somebody recorded and did not move; those files are no requests of their own."""
    with place.store.reading() as books:
        unmoved = books.requests.unmoved()
    there = {(file.name, file.stamp) for file in arrived}
    for request in unmoved:
        if (request.name, request.stamp) in there:
            _move(place, folder, request)
        else:  # it had been moved, and only that was not recorded
            with place.store.writing() as books:
                books.requests.moved(request.id, request.name)
    return {(request.name, request.stamp) for request in unmoved}


def _recorded(place: Workplace, agent_id: int, file: Arrived) -> Request:
    try:
        if file.text is None:
            raise Misuse(file.trouble or "it can't be read")
        said = asked(file.text)
        proposals = plan.checked([_proposal(said)], place.settings())
        with place.store.writing() as books:
            [task_id] = plan.plan_in(books, agent_id, proposals).created
            task = books.tasks.get(task_id)
            assert task is not None  # noqa: S101  for the type checker: it has just been added
            books.tasks.note(task.seq, agent_id, f"The request, as it stood in {file.name}:\n{said.text[:18_000]}")
            return books.requests.add(file.name, file.stamp, task_id, None)
    except Misuse as error:
        with place.store.writing() as books:
            return books.requests.add(file.name, file.stamp, None, str(error))


def _proposal(said: Asked) -> Proposal:
    fields = dict(said.fields)
    scope = fields.pop("scope", ())
    return Proposal(said.title, scope, **fields)  # type: ignore[arg-type]  # checked by whoever plans it


def _move(place: Workplace, folder: RequestFolder, request: Request) -> None:
    kept_as = folder.set_aside(request.name, request.stamp) or request.name
    with place.store.writing() as books:
        books.requests.moved(request.id, kept_as)


def _page(outcome: Outcome, request: Request) -> str:
    finished = outcome.finished
    used = [
        f"{finished.turns} turns" if finished.turns is not None else "",
        f"about {finished.usd:.2f} USD" if finished.usd is not None else "",
    ]
    facts = {
        "status": outcome.status,
        "task": outcome.task,
        "why": finished.why,
        "worktree": outcome.worktree,
        "used": ", ".join(filter(None, used)),
        "request": f"{request.kept_as or request.name}",
    }
    head = "\n".join(f"{name}: {' '.join(value.split())}" for name, value in facts.items() if value)
    body = finished.words.strip()
    return f"---\n{head}\n---\n# {outcome.title}\n" + (f"\n{body}\n" if body else "")
