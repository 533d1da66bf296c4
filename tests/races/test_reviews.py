"""Eight processes claim, ask for review and approve at once: the limit of what waits is never exceeded."""

from __future__ import annotations

import pytest

from tests.races.start import Racer, race
from tests.workspace import Workspace, task

RACERS, TASKS, LIMIT = 8, 40, 3


def begun_at_the_limit(workspace: Workspace) -> tuple[list[str], int]:
    """The tasks that were begun while the limit waited, by the log, and the most that waited."""
    waiting: set[str] = set()
    late, most = [], 0
    with workspace.store.reading() as books:
        events = books.events.recent(100_000)
    for event in events:
        if event.kind == "review":
            waiting.add(event.subject)
        elif event.kind == "approved":
            waiting.remove(event.subject)
        elif event.kind == "claimed" and len(waiting) >= LIMIT:
            late.append(event.subject)
        most = max(most, len(waiting))
    return late, most


@pytest.mark.parametrize("required", ["required", "as needed"])
def test_eight_processes_at_a_limit_of_three_never_exceed_it(anywhere: Workspace, required: str) -> None:
    anywhere.plan(*(task(f"J{number}", f"src/{number}/**") for number in range(TASKS)))
    seen = race("reviews", anywhere.file, RACERS, str(LIMIT), required)
    late, most = begun_at_the_limit(anywhere)
    assert late == [], "no claim was granted while three waited"
    if required == "required":
        assert max(most, *seen) == LIMIT, "every claim takes its place, so that never more wait"
    else:
        assert LIMIT <= most < LIMIT + RACERS, "what was in progress when it was reached may still join"
    with anywhere.store.reading() as books:
        left = [found for found in books.tasks.open(1_000) if found.status not in ("review", "todo")]
        assert left == []
        holders = {lease.task for lease in books.leases.all()}
        assert holders == {review.task for review in books.reviews.waiting(100)}


def test_a_process_that_is_killed_in_the_middle_leaves_a_claim_or_a_review_and_nothing_between(
    workspace: Workspace,
) -> None:
    for number in range(6):
        workspace.plan(*(task(f"J{number}-{each}", f"src/{number}/{each}/**") for each in range(TASKS)))
        racer = Racer("reviews", workspace.file, f"killed{number}", "1000", "as needed")
        racer.until_ready()
        racer.go()
        while not [event for event in workspace.events("review") if event.agent == f"killed{number}"]:
            assert racer.process.poll() is None, racer.result()
        racer.kill()
        with workspace.store.reading() as books:
            waiting = {review.task for review in books.reviews.waiting(1_000)}
            assert waiting == {found.id for found in books.tasks.open(1_000) if found.status == "review"}
            held = [(lease.task, lease.is_review) for lease in books.leases.all()]
            assert {name for name, is_review in held if is_review} == waiting
            claims = {found.id for found in books.tasks.open(1_000) if found.status == "in_progress"}
            assert {name for name, is_review in held if not is_review} == claims
