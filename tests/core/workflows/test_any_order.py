"""Whatever happens in which order, a killed process among it: every task is planned once, and the run ends."""

from __future__ import annotations

import random
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mcp_server.core.tasks.claim import Claimed, claim_task
from mcp_server.core.tasks.update import update_task
from mcp_server.core.workflows import carry_out, progress, steer
from mcp_server.domain.errors import InterlockError
from tests.core.workflows.running import begin, person, phases, run_of, tasks
from tests.core.workflows.test_progress import FOUND, GATED, TWO
from tests.workspace import Workspace

ACTS = ("claim", "done", "release", "pause", "resume", "progress", "begin_gate", "run_gate", "kill_gate")
IN_THE_END = ("resume", "progress", "begin_gate", "kill_gate", "progress", "begin_gate", "run_gate", "claim", "done")


class Story:
    """One run, and what happens to it."""

    def __init__(self, workspace: Workspace, text: str, seed: int) -> None:
        self._workspace = workspace
        self._choice = random.Random(seed)  # noqa: S311  an order of events, no secret
        self._held: list[tuple[int, str]] = []
        workspace.workshop.paths = ["out/x", "out/y"]
        begin(workspace, text)
        self._person = person(workspace)
        self._workers = [workspace.agent(name) for name in ("ada", "bob")]

    def act(self, kind: str) -> None:
        """Let this happen."""
        getattr(self, kind)()

    def claim(self) -> None:
        """Somebody claims the best task."""
        worker = self._choice.choice(self._workers)
        claimed = claim_task(self._workspace.place, worker)
        if isinstance(claimed, Claimed):
            self._held.append((worker, claimed.task.id))

    def done(self) -> None:
        """A task is finished, any of those in progress."""
        self._end("done")

    def release(self) -> None:
        """A task is given back."""
        self._end("released")

    def pause(self) -> None:
        """A person pauses the run."""
        with suppress(InterlockError):
            steer.pause(self._workspace.place, self._person, None)

    def resume(self) -> None:
        """A person resumes it."""
        with suppress(InterlockError):
            steer.resume(self._workspace.place, self._person, None)

    def progress(self) -> None:
        """Somebody comes by."""
        progress.progress(self._workspace.place)

    def begin_gate(self) -> None:
        """Somebody comes by who has what is due carried out."""
        for due in progress.progress(self._workspace.place).due:
            carry_out.set_going(self._workspace.place, due)

    def run_gate(self) -> None:
        """The process that was started last gets to it."""
        for run_id, attempt in self._workspace.workshop.started[-1:]:
            carry_out.carry_out(self._workspace.place, run_id, attempt)

    def kill_gate(self) -> None:
        """It is killed."""
        runners = (phase.runner for phase in phases(self._workspace).values())
        self._workspace.processes.gone.update(runner for runner in runners if runner is not None)

    def _end(self, status: str) -> None:
        if self._held:
            worker, task = self._held.pop(self._choice.randrange(len(self._held)))
            update_task(self._workspace.place, worker, task, status=status)  # type: ignore[arg-type]  # one of them


@settings(max_examples=25)
@given(
    acts=st.lists(st.sampled_from(ACTS), max_size=60),
    seed=st.integers(0, 2**16),
    text=st.sampled_from([TWO, GATED, FOUND]),
)
def test_every_task_is_planned_once_and_the_run_ends(
    tmp_path_factory: pytest.TempPathFactory, acts: list[str], seed: int, text: str
) -> None:
    workspace = Workspace("sqlite", tmp_path_factory.mktemp("run"))
    story = Story(workspace, text, seed)
    for kind in acts:
        story.act(kind)
    for _ in range(60):
        for kind in IN_THE_END if run_of(workspace).state != "done" else ():
            story.act(kind)
    assert run_of(workspace).state == "done"
    expected = {"out/x", "out/y"} if text == FOUND else {"a", "b", "c"}
    assert (set(tasks(workspace, 1)), set(tasks(workspace, 2))) == ({"a", "b", "c"}, expected)
    with workspace.store.reading() as books:
        assert books.tasks.counts() == (0, 3 + len(expected)), "none is left over, and none was planned twice"
    workspace.close()
