"""Three processes work on one run of 300 tasks: each task is done once, each gate is run once, and the run ends."""

from __future__ import annotations

from collections import Counter

from mcp_server.core.workflows.progress import progress
from mcp_server.core.workflows.start import preview, start
from tests.races.start import Racer, race
from tests.workspace import Workspace

WORKERS, ITEMS = 3, 100
FLOW = f"""
[[phases]]
name = "one"
for_each = {{ list = [{", ".join(f'"{number}"' for number in range(ITEMS))}] }}
title = "Do {{item}}"
scope = ["src/{{item}}/**"]
gate = {{ command = "gate" }}
[[phases]]
name = "two"
for_each = {{ phase = "one" }}
title = "Again {{item}}"
gate = {{ command = "gate" }}
[[phases]]
name = "three"
for_each = {{ phase = "two" }}
title = "Look at {{item}}"
"""


def begin(workspace: Workspace) -> None:
    workspace.workshop.texts["flow"] = FLOW
    pat = workspace.agent("pat")
    seen = preview(workspace.place, workspace.workshop, "flow", {}, agent_id=pat)
    start(workspace.place, pat, seen)


def assert_done_once(workspace: Workspace, finished: list[str]) -> None:
    assert [task for task, times in Counter(finished).items() if times > 1] == []
    assert set(finished) <= {f"T{number}" for number in range(1, 3 * ITEMS + 1)}
    with workspace.store.reading() as books:
        assert [run.state for run in books.runs.latest(5)] == ["done"]
        assert books.tasks.counts() == (0, 3 * ITEMS), "none is left, none was planned twice"
    assert len(workspace.events("done")) == 3 * ITEMS


def test_a_run_of_300_tasks_over_3_workers_ends_with_each_done_once(workspace: Workspace) -> None:
    begin(workspace)
    finished = [task for racer in race("runs", workspace.file, WORKERS) for task in racer]
    assert len(finished) == 3 * ITEMS
    assert_done_once(workspace, finished)
    assert (workspace.file.parent / "gates").read_text() == "ran\n" * 2


def test_a_run_ends_although_a_worker_was_killed(workspace: Workspace) -> None:
    begin(workspace)
    racers = [Racer("runs", workspace.file, f"racer{number}") for number in range(WORKERS)]
    for racer in racers:
        racer.until_ready()
    for racer in racers:
        racer.go()
    racers[0].kill()
    finished = [task for racer in racers[1:] for task in racer.result()]
    progress(workspace.place)
    assert_done_once(workspace, finished)
