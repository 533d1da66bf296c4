"""What the tests of workflows share: a run is started, and the books are looked at."""

from __future__ import annotations

from mcp_server.core.agents.register import Caller
from mcp_server.core.tasks.update import update_task
from mcp_server.core.workflows.progress import Progress, progress
from mcp_server.core.workflows.start import Judge, Preview, Started, preview, start
from mcp_server.domain.workflow.run import Run, RunPhase
from tests.workspace import Workspace


def begin(workspace: Workspace, text: str) -> Started:
    """Start a run of this workflow."""
    return start(workspace.place, workspace.agent("pat"), ahead(workspace, text))


def ahead(workspace: Workspace, text: str, *, judge: Judge | None = None, **given: str) -> Preview:
    """What a run of this workflow would plan."""
    workspace.workshop.texts["flow"] = text
    pat = workspace.agent("pat")
    return preview(workspace.place, workspace.workshop, "flow", given, agent_id=pat, judge=judge)


def run_of(workspace: Workspace, run_id: str = "flow-1") -> Run:
    """The run as it is now."""
    with workspace.store.reading() as books:
        found = books.runs.get(run_id)
    assert found is not None
    return found


def phases(workspace: Workspace, run_id: str = "flow-1") -> dict[str, RunPhase]:
    """Its phases, by name."""
    seq = run_of(workspace, run_id).seq
    with workspace.store.reading() as books:
        return {phase.name: phase for phase in books.runs.phases(seq)}


def states(workspace: Workspace, run_id: str = "flow-1") -> dict[str, str]:
    """The states of its phases."""
    return {name: phase.state for name, phase in phases(workspace, run_id).items()}


def tasks(workspace: Workspace, number: int, run_id: str = "flow-1") -> dict[str, str]:
    """The tasks of a phase, by their items."""
    seq = run_of(workspace, run_id).seq
    with workspace.store.reading() as books:
        return {item: task for task, item in books.runs.tasks(seq, number)}


def finish(workspace: Workspace, *task_ids: str, by: str = "ada") -> Progress:
    """Claim these tasks and finish them; what follows."""
    agent = workspace.agent(by)
    for task_id in task_ids:
        workspace.claimed(agent, task_id)
        update_task(workspace.place, agent, task_id, status="done")
    return progress(workspace.place)


def person(workspace: Workspace) -> int:
    """Somebody at the command line."""
    return workspace.recognise(Caller(session="person:sam", title="sam", kind="person", worktree=""))
