"""Teams on the real client: disjoint scopes, nothing written before the plan is approved, an idle teammate woken."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.harness.client import ClaudeClient
from tests.e2e.harness.model import ScriptedModel
from tests.e2e.harness.plugin import ROOT, TOOL, settle
from tests.e2e.harness.processes import eventually
from tests.e2e.harness.state import has
from tests.e2e.harness.steps import tool, write
from tests.e2e.harness.team import TEAMS, Pane, teammate, wake
from tests.e2e.harness.terminal import Terminal
from tests.e2e.harness.turns import Json, Request, Turn, announcing, call, once_offered, say, taken, together

TASKS = [{"title": "Auth", "scope": ["src/auth/**"], "tier": "haiku"}, {"title": "API", "scope": ["src/api/**"]}]
PLACES = ("in process", "in a pane")
MODES = ("acceptEdits", "bypassPermissions")
BEFORE = "python3 -c \"open('src/api/from_python.py', 'w')\""


class Team:
    """A lead that starts three teammates at once, the last without any work, and what each of them tries."""

    def __init__(self, model: ScriptedModel, repo: Path) -> None:
        self.asked, self.woken, self.bob_idle = threading.Event(), threading.Event(), threading.Event()
        self.models: list[str] = []
        self._woke = self._writes = False
        self._repo = repo
        three = together(
            teammate("alice", "ALICE works on T1."),
            teammate("bob", "BOB works on T2."),
            teammate("carl", "CARL does what he likes."),
        )
        self.lead = model.script(
            "LEAD",
            tool("plan_tasks", tasks=TASKS),
            say("Planned."),
            once_offered(f"{TOOL}claim_task", three),
            *[self._next] * 20,
        )
        self.alice = model.script(
            "ALICE",
            self._noting,
            tool("claim_task", task_id="T1"),
            write(repo / "src/auth/too_early.py"),
            call("Bash", command="echo x > src/auth/too_early_either.py", description="Write"),
            tool("update_task", task_id="T1", status="plan", note="first a test, then the login"),
            say("I wait."),
            announcing(self.asked, say("I still wait.")),  # she has been asked what is to become of her claim
            *[self._once_woken] * 20,
        )
        self.bob = model.script(
            "BOB",
            tool("claim_task", task_id="T2"),
            write(repo / "src/api/too_early.py"),
            call("Bash", command=BEFORE, description="Write"),
            say("I may not."),
            announcing(self.bob_idle, say("I still may not.")),
            *[say("I may not.")] * 5,
        )
        self.carl = model.script("CARL", say("Here I am."))

    def _noting(self, request: Request) -> Turn:
        self.models.append(request.body["model"])
        return call("Bash", command="ls", description="Look")

    def _once_woken(self, request: Request) -> Turn:
        """She writes once she is told to go on, and is done when that has been carried out."""
        if "Please go on." not in request.shown:
            return say("I wait.")
        if not self._writes:
            self._writes = True
            return taken(write(self._repo / "src/auth/passkeys.py"), request)
        self.woken.set()
        return say("Done.")

    def _next(self, request: Request) -> Turn:
        if self._woke or "WAKE" not in request.shown:
            return say("I see.")
        self._woke = True
        return wake("alice")


@pytest.fixture(params=[(place, mode) for place in PLACES for mode in MODES], ids=" ".join)
def start_lead(
    request: pytest.FixtureRequest, client: ClaudeClient, repo: Path
) -> Iterator[Callable[[], Terminal | Pane]]:
    settle(client.home)
    (repo / ".claude").mkdir()
    (repo / ".claude" / "interlock.toml").write_text("[teams]\nplan_first = true\n")
    client.use(TEAMS)
    place, mode = request.param
    panes: list[Pane] = []

    def start() -> Terminal | Pane:
        if place == "in process":
            args = ["--teammate-mode", "in-process", "--permission-mode", mode, "--allowedTools", "Bash"]
            return client.interactive(cwd=repo, plugin_dir=ROOT, name="lead", args=args)
        if shutil.which("tmux") is None:
            pytest.skip("tmux is not installed")
        panes.append(Pane(client, repo, mode))
        return panes[0]

    yield start
    for pane in panes:
        pane.close()


def pat(repo: Path, *words: str) -> Json:
    """What Pat is answered at a terminal of her own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CLAUDE")}
    command = [sys.executable, "-I", str(ROOT / "mcp_server"), *words, "--json"]
    done = subprocess.run(
        command, cwd=repo, env={**kept, "LOGNAME": "pat"}, capture_output=True, text=True, check=False
    )
    answer: Json = json.loads(done.stdout)
    return answer


def changed(repo: Path) -> str:
    """What git sees of the files that were changed or are new."""
    command = ["git", "status", "--porcelain", "--untracked-files=all", "src"]
    return subprocess.run(command, cwd=repo, capture_output=True, text=True, check=True).stdout


def test_teammates_keep_apart_and_write_nothing_before_their_plan_is_approved(
    start_lead: Callable[[], Terminal | Pane], model: ScriptedModel, repo: Path
) -> None:
    team = Team(model, repo)
    lead = start_lead()
    lead.submit("LEAD begins")
    eventually(lambda: has(repo, "lead", "idle_at"), "the plan, and the end of the turn")
    lead.submit("Start them.")

    assert team.asked.wait(120)
    assert team.bob_idle.wait(60)
    assert changed(repo) == ""
    refused = next(result for result in team.lead.results("Agent") if result.is_error)
    assert "carl was not started: its prompt names no task, and no scope." in refused.text
    assert sum(result.is_error for result in team.lead.results("Agent")) == 1
    assert team.carl.requests == []
    assert all("haiku" in name for name in team.models)
    holders = {task["id"]: task["holder"] for task in pat(repo, "board")["tasks"]}
    assert holders == {"T1": "lead/alice", "T2": "lead/bob"}

    waits = pat(repo, "review", "T1")
    assert (waits["agent"], waits["plan"]) == ("lead/alice", "first a test, then the login")
    assert pat(repo, "approve", "T1")["approved"] is True
    eventually(lambda: has(repo, "lead/alice", "idle_at"), "the end of her turn")
    lead.submit("WAKE alice")

    assert team.woken.wait(60)
    assert team.woken.wait(60)
    assert changed(repo) == "?? src/auth/passkeys.py\n"
    early = [result.text for result in team.alice.results("Write") if result.is_error]
    assert len(early) == 1
    assert "in this team nobody writes before the plan is approved" in early[0]
