"""The limit of what waits for review: what it refuses, and what it never refuses."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mcp_server.core.approval.decide import approve_task, reject_task
from mcp_server.core.tasks.claim import claim_task
from mcp_server.core.tasks.update import update_task
from mcp_server.domain.settings import ReviewSettings
from tests.core.review.test_closing import person
from tests.workspace import LEASE, Workspace, task


def limited(workspace: Workspace, limit: int, *, required: bool = False, tasks: int = 8) -> int:
    """Tasks J0, J1 …, and ada; at most so many may wait."""
    workspace.settings = workspace.settings._replace(review=ReviewSettings(limit, required))
    workspace.plan(*(task(f"J{number}", f"src/{number}") for number in range(tasks)))
    return workspace.agent("ada")


def finished(workspace: Workspace, agent: int, task_id: str) -> None:
    workspace.claimed(agent, task_id)
    update_task(workspace.place, agent, task_id, status="review")


def test_with_the_limit_waiting_a_new_task_is_refused_naming_what_waits(workspace: Workspace) -> None:
    ada = limited(workspace, 2)
    finished(workspace, ada, "J0")
    ben = workspace.agent("ben")
    workspace.claimed(ben, "J5")
    finished(workspace, ada, "J1")
    for wanted in ("J2", None):
        refused = workspace.refused(ada, wanted)
        assert (refused.reason, refused.waiting_for) == ("review_full", ("J0", "J1"))
        assert "J0, J1" in refused.advice
    update_task(workspace.place, ben, "J5", status="review")
    assert workspace.task("J5").status == "review", "asking for review is always possible"
    assert workspace.refused(ada, "J0").reason == "held", "of a task that waits itself, that is the reason"
    approve_task(workspace.place, person(workspace), "J0", note=None, line="…")
    assert workspace.refused(ada).reason == "review_full", "two still wait"
    approve_task(workspace.place, person(workspace), "J1", note=None, line="…")
    assert workspace.claimed(ada).task.id == "J2"


def test_what_was_begun_is_claimed_at_the_limit_as_well(workspace: Workspace) -> None:
    ada = limited(workspace, 1)
    ben = workspace.agent("ben")
    workspace.claimed(ben, "J7")
    finished(workspace, ada, "J0")
    reject_task(workspace.place, person(workspace), "J0", "no")
    workspace.claimed(workspace.agent("cleo"), "J1")
    update_task(workspace.place, workspace.agent("cleo"), "J1", status="review")
    assert workspace.refused(ada, "J2").reason == "review_full"
    assert workspace.claimed(ada).task.id == "J0", "what was rejected comes first"
    assert workspace.claimed(ada, "J0").task.id == "J0"
    workspace.clock.advance(LEASE + 1)
    dan = workspace.agent("dan")
    assert workspace.claimed(dan).task.id == "J0", "what was left in progress is not new"
    assert workspace.claimed(dan, "J7").task.id == "J7"
    assert workspace.refused(dan, "J3").reason == "review_full"


def test_with_nothing_left_to_claim_that_is_the_reason(workspace: Workspace) -> None:
    ada = limited(workspace, 1, tasks=1)
    finished(workspace, ada, "J0")
    assert workspace.refused(ada).reason == "nothing_ready"


def test_where_every_task_is_reviewed_a_claim_takes_its_place_at_once(workspace: Workspace) -> None:
    ada = limited(workspace, 2, required=True)
    ben, cleo = workspace.agent("ben"), workspace.agent("cleo")
    workspace.claimed(ada, "J0")
    workspace.claimed(ben, "J1")
    refused = workspace.refused(cleo)
    assert (refused.reason, refused.waiting_for) == ("review_full", ())
    update_task(workspace.place, ada, "J0", status="review")
    reject_task(workspace.place, person(workspace), "J0", "no")
    assert workspace.refused(cleo, "J2").reason == "review_full", "what was rejected keeps its place"
    assert workspace.claimed(ada, "J0").task.id == "J0"
    update_task(workspace.place, ben, "J1", status="released")
    assert workspace.claimed(cleo).task.id == "J1"


@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["claim", "review", "reject", "approve", "release"]))))
def test_never_more_than_the_limit_wait_where_review_is_required(steps: list[tuple[int, str]]) -> None:
    from pathlib import Path
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        workspace = Workspace("sqlite", Path(folder))
        limited(workspace, 2, required=True, tasks=6)
        agents = [workspace.agent(f"agent{number}") for number in range(4)]
        pat = person(workspace)
        for number, step in steps:
            _take(workspace, agents[number], pat, step)
            with workspace.store.reading() as books:
                assert len(books.reviews.waiting(10)) <= 2
        workspace.close()


def _take(workspace: Workspace, agent: int, pat: int, step: str) -> None:
    held = [lease.task for lease in workspace.leases(agent) if lease.task is not None]
    with workspace.store.reading() as books:
        waiting = [review.task for review in books.reviews.waiting(10)]
    if step == "claim":
        claim_task(workspace.place, agent)
    elif step in ("review", "release") and held:
        update_task(workspace.place, agent, held[0], status="review" if step == "review" else "released")
    elif step == "reject" and waiting:
        reject_task(workspace.place, pat, waiting[0], "no")
    elif step == "approve" and waiting:
        approve_task(workspace.place, pat, waiting[0], note=None, line="…")
