"""A process that races others for one state: it gets ready, waits for the word, does its part and says what it got.

    python -m tests.races.racer PART STATE_FILE NAME [OPTION …]

It prints `ready`, waits for a line on its input, and ends with one line of JSON.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import monotonic_ns

from mcp_server.adapters.host.processes import HostProcesses
from mcp_server.adapters.postgres.remote import Remote
from mcp_server.adapters.sqlite import tasks
from mcp_server.adapters.sqlite.store import create
from mcp_server.core.agents.register import Caller, recognise
from mcp_server.core.approval import decide
from mcp_server.core.leases import lock
from mcp_server.core.tasks import claim, update
from mcp_server.core.tasks.refusals import Refused
from mcp_server.core.workflows.carry_out import carry_out
from mcp_server.core.workflows.progress import progress
from mcp_server.core.workplace import Workplace
from mcp_server.domain.errors import InterlockError
from mcp_server.domain.settings import ReviewSettings, Settings
from mcp_server.ports import Printed
from tests.fake_workshop import FakeWorkshop
from tests.races.machines import places
from tests.workspace import FakeCheckout, draft

MOST_CLAIMS = 1_000
"""A racer that gets more than there are tasks has seen enough."""


def enter(file: Path, settings: Callable[[], Settings] = Settings) -> Workplace:
    """Open the state, or what several machines share of it."""
    return Workplace(places.opened(file), HostProcesses(), FakeCheckout(), settings)


def finish(place: Workplace, name: str) -> int:
    """This racer's number among the agents."""
    with place.store.writing() as books:
        return recognise(books, Caller(name, title=name)).id


def wait_for_the_word() -> None:
    """Say that all is prepared, and wait."""
    print("ready", flush=True)
    sys.stdin.readline()


def claims(file: Path, name: str, condition: str = "with condition") -> list[tuple[str, int]]:
    """Claim the best task again and again until none is left; every other one is finished, the rest is held."""
    if condition == "without condition":
        assert tasks._TAKE_BEST.count("WHERE ready = 1") == 2
        tasks._TAKE_BEST = tasks._TAKE_BEST.replace("WHERE ready = 1", "WHERE 1")
    place = enter(file)
    agent = finish(place, name)
    if condition == "without lock":
        setattr(Remote, "begin", lambda remote, _since: remote.look(2**62))  # noqa: B010  for the type checker
    wait_for_the_word()
    won: list[tuple[str, int]] = []
    while len(won) < MOST_CLAIMS:
        claimed = claim.claim_task(place, agent)
        if isinstance(claimed, Refused):
            break
        won.append((claimed.task.id, claimed.token))
        if len(won) % 2:
            update.update_task(place, agent, claimed.task.id, status="done")
    return won


def turns(file: Path, name: str, times: str) -> list[tuple[str, int, int]]:
    """Claim the best task and give it back, so many times; when it was claimed, by the clock that all share."""
    place = enter(file)
    agent = finish(place, name)
    wait_for_the_word()
    won: list[tuple[str, int, int]] = []
    while len(won) < int(times):
        claimed = claim.claim_task(place, agent)
        if isinstance(claimed, Refused):
            os.sched_yield()
            continue
        won.append((claimed.task.id, claimed.token, monotonic_ns()))
        update.update_task(place, agent, claimed.task.id, status="released")
    return won


def reviews(file: Path, name: str, limit: str, required: str) -> int:
    """Claim, ask for review, and approve what others did when no new task may be begun, until nothing is left.

    Returns the most that were ever seen waiting.
    """
    place = enter(file, lambda: Settings(review=ReviewSettings(int(limit), required == "required")))
    agent, most = finish(place, name), 0
    wait_for_the_word()
    while True:
        claimed = claim.claim_task(place, agent)
        if isinstance(claimed, claim.Claimed):
            update.update_task(place, agent, claimed.task.id, status="review")
        elif claimed.reason != "review_full":
            return most
        with place.store.reading() as books:
            waiting = [review.task for review in books.reviews.waiting(1_000)]
        most = max(most, len(waiting))
        for task in waiting if isinstance(claimed, Refused) else ():
            with suppress(InterlockError):  # it is this racer's own, or another one was faster
                decide.approve_task(place, agent, task, note=None, line="")


def runs(file: Path, name: str) -> list[str]:
    """Work on a run of a workflow, its gates included, until it is over; the tasks that this racer finished."""
    place = with_gates(enter(file), file.parent / "gates")
    agent, finished = finish(place, name), list[str]()
    wait_for_the_word()
    while True:
        for due in progress(place).due:
            if not due.is_running:
                carry_out(place, due.run.id)
        claimed = claim.claim_task(place, agent)
        if isinstance(claimed, claim.Claimed):
            update.update_task(place, agent, claimed.task.id, status="done")
            finished.append(claimed.task.id)
            continue
        with place.store.reading() as books:
            if not books.runs.open():
                return finished
        os.sched_yield()


def with_gates(place: Workplace, log: Path) -> Workplace:
    """A workplace whose gates pass, and leave a line each time that one is run."""

    def passes() -> Printed:
        with log.open("a") as lines:
            lines.write("ran\n")
        return Printed(0, ())

    workshop = FakeWorkshop()
    workshop.own_pid = os.getpid()
    workshop.prints = {"gate": passes}
    return place._replace(workshop=lambda: workshop)


def locks(file: Path, name: str, resource: str, times: str) -> list[int]:
    """Take turns at a resource; while it is held nobody else may be inside, and what is counted is not lost."""
    place = enter(file)
    agent = finish(place, name)
    common = places.place(file, 0).parent  # of all machines
    inside, counter = common / "inside", common / "counter"
    wait_for_the_word()
    tokens: list[int] = []
    while len(tokens) < int(times):
        locked = lock.lock_resource(place, agent, resource)
        if isinstance(locked, lock.Busy):
            os.sched_yield()
            continue
        os.close(os.open(inside, os.O_CREAT | os.O_EXCL))
        counter.write_text(str(int(counter.read_text()) + 1))
        inside.unlink()
        tokens.append(locked.token)
        lock.unlock_resource(place, agent, resource)
    return tokens


def creates(file: Path, name: str) -> int:
    """Create the state together with others, and arrive in it."""
    wait_for_the_word()
    create(file)
    return finish(enter(file), name)


def dies(file: Path, name: str) -> None:
    """Write a lot, and never come to the end of it: the transaction is open when the word is awaited."""
    place = enter(file)
    with place.store.writing() as books:
        recognise(books, Caller(name, title=name))
        books.tasks.add([draft(f"{name}{number}", f"{name}/{number}") for number in range(1_000)])
        books.tasks.take(lambda _: True, None)
        wait_for_the_word()
        raise AssertionError("it was to be killed before the word")


def waits(file: Path, name: str) -> list[str]:
    """Write while another does, and say what tasks there were."""
    place = enter(file)
    wait_for_the_word()
    with place.store.writing() as books:
        recognise(books, Caller(name, title=name))
        return [task.id for task in books.tasks.open(10)]


PARTS: dict[str, Callable[..., object]] = {
    part.__name__: part for part in (claims, turns, reviews, runs, locks, creates, dies, waits)
}

if __name__ == "__main__":
    print(json.dumps(PARTS[sys.argv[1]](Path(sys.argv[2]), *sys.argv[3:])))
