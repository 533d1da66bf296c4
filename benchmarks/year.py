"""A made-up year of use, forgotten as it passes: how large the state stays, and what a hook takes then.

20 agents a day, each with a task, 500 events, 300 responses, edits, messages and notes; what is old is forgotten once
a day.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.measuring import Ratio, alternately, process, report
from benchmarks.workspaces import repository
from mcp_server.adapters.sqlite.store import SqliteStore
from mcp_server.core.agents.register import Caller, leave, recognise
from mcp_server.core.prune import DAY, prune
from mcp_server.core.tasks.claim import claim_task
from mcp_server.core.tasks.plan import Proposal, plan_tasks
from mcp_server.core.tasks.update import update_task
from mcp_server.core.workplace import Workplace
from mcp_server.domain.decision import Policy
from mcp_server.domain.scopes.scope import parse
from mcp_server.domain.settings import Settings
from mcp_server.domain.usage.response import Passage, Place, Response
from mcp_server.ports import Books
from tests.workspace import FakeCheckout, FakeClock, FakeProcesses

ROOT = Path(__file__).parents[1]
DAYS, AGENTS, EVENTS, EDITS, MESSAGES, RESPONSES = 365, 20, 500, 60, 10, 300
TIMES = 100


def measure() -> list[Ratio]:
    """The size of the state, beside the 64 MB that the documentation names, and the guard after a year and before."""
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        old, new = (repository(base / name, tasks=20, leases=10) for name in ("old", "new"))
        pass_a_year(old)
        size = sum(path.stat().st_size for path in (old / ".git/interlock").rglob("*") if path.is_file())
        after, before = alternately(_guard(base, old), _guard(base, new), TIMES)
        return [
            Ratio("State after a year of use", size / 1e6, 64.0, "MB", 1.0),
            Ratio("Guard after a year of use", after * 1e3, before * 1e3, "ms", 1.5),
        ]


def pass_a_year(repo: Path) -> None:
    """Let a year of work pass in a repository."""
    clock = FakeClock()
    store = SqliteStore(
        repo / ".git/interlock/state.db", clock=clock, policy=lambda: Policy("enforce", "allow", parse([]))
    )
    place = Workplace(store, FakeProcesses(), FakeCheckout(), Settings)
    for day in range(DAYS):
        clock.now = (day - DAYS) * DAY + _now()
        for number in range(AGENTS):
            _work(place, f"session-{day}-{number}", day * AGENTS + number)
        while prune(store, Settings().retention):
            pass
    store.close()


def _now() -> float:
    from time import time

    return time()


def _work(place: Workplace, session: str, number: int) -> None:
    """The day of one agent: a task planned, claimed, worked on, done."""
    with place.store.writing() as books:
        agent = recognise(books, Caller(session, worktree="/repository")).id
    folder = f"src/part{number % 97}/module{number}"
    [task] = plan_tasks(place, agent, [Proposal(f"Task {number}", [f"{folder}/**"])]).created
    claim_task(place, agent, task)
    with place.store.writing() as books:
        for at in range(EDITS):
            books.journal.edited(f"{folder}/file{at}.py", agent)
        for at in range(MESSAGES):
            books.shared.send(agent, "all", [agent], f"Note {at} of {number}", "x" * 200)
        for at in range(EVENTS):
            books.events.add("refused", f"{folder}/file{at}.py", agent=agent, detail="held")
        _spend(books, session, agent, task)
    update_task(place, agent, task, status="done", note="y" * 400)
    with place.store.writing() as books:
        leave(books, session, "ended")


def _spend(books: Books, session: str, agent: int, task: str) -> None:
    """The responses of the day, by two models."""
    passage = Passage(Place(1, 1, 1))
    for at in range(RESPONSES):
        model = "claude-haiku-4-5" if at % 10 == 0 else "claude-opus-5-5"
        passage.responses.append(Response(f"{session}-{at}", model, "", (3, 900, 4_000, 90_000)))
    path = f"/home/user/.claude/projects/-repository/{session}.jsonl"
    books.usage.record(path, path, agent, task, passage)


def _guard(base: Path, repo: Path) -> Callable[[], object]:
    hooks = json.loads((ROOT / "hooks" / "hooks.json").read_text())["hooks"]
    event = {
        "session_id": "agent3",
        "cwd": str(repo),
        "hook_event_name": "PreToolUse",
        "tool_name": "Edit",
        "tool_input": {"file_path": str(repo / "src/part7/module7/views/list.py")},
        "tool_use_id": "t1",
    }
    plugin = {"CLAUDE_PLUGIN_ROOT": str(ROOT), "CLAUDE_PLUGIN_DATA": str(base), "CLAUDE_PROJECT_DIR": str(repo)}
    environment = {"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], **plugin}
    command = hooks["PreToolUse"][0]["hooks"][0]["command"]
    return process(["sh", "-c", command], stdin=json.dumps(event).encode(), env=environment)


if __name__ == "__main__":
    report(measure())
