"""A worker on the real client: one task, within limits; what is left is handed over; nothing to do costs nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.harness.client import ClaudeClient
from tests.e2e.harness.model import ScriptedModel
from tests.e2e.harness.plugin import settle
from tests.e2e.harness.steps import tool, write
from tests.e2e.harness.tmux_repo import TmuxRepo
from tests.e2e.harness.turns import Json, call, say
from tests.e2e.unattended.crontab import FOR_THE_PLUGIN


@pytest.fixture
def shell(client: ClaudeClient, repo: Path, tmp_path: Path) -> Iterator[TmuxRepo]:
    settle(client.home)
    made = TmuxRepo(client, repo, tmp_path / "programs")
    yield made
    made.close()


def work(shell: TmuxRepo, *options: str) -> tuple[int, Json]:
    ran = shell.interlock("work", "--json", *options, "--", *FOR_THE_PLUGIN)
    return ran.code, ran.json


def test_a_worker_takes_a_task_to_its_end_in_a_worktree_and_nothing_to_do_starts_nothing(
    model: ScriptedModel, repo: Path, shell: TmuxRepo
) -> None:
    shell.plan(("ALPHA makes the login", "src/auth/**"))
    file = Path(".claude/worktrees/T1-alpha-makes-the-login/src/auth/new.py")
    alpha = model.script(
        "ALPHA",
        write(repo / file),
        write(repo / ".claude/worktrees/T1-alpha-makes-the-login/src/api/new.py"),
        tool("update_task", task_id="T1", status="done", note="It works."),
        say("The login works."),
    )

    code, said = work(shell)

    [run] = said["runs"]
    assert (code, run["task"], run["status"], run["ended"]) == (0, "T1", "done", "ended")
    assert (run["words"], run["turns"] >= 4) == ("The login works.", True)
    assert (repo / file).read_text() == "mine\n"
    assert "lies outside your scope" in alpha.results("Write")[1].text
    assert shell.interlock("board", "--json").json["claims"] == []
    asked = len(alpha.requests)
    assert work(shell) == (0, {"runs": [], "not_started": [], "refused": [], "stopped": said_nothing()})
    assert (len(alpha.requests), model.side_requests) == (asked, model.side_requests)


def test_a_run_at_its_limit_counts_as_failed_is_handed_over_and_goes_one_tier_up(
    model: ScriptedModel, repo: Path, shell: TmuxRepo
) -> None:
    plan = {"tasks": [{"title": "BRAVO never ends", "scope": ["src/**"], "tier": "haiku"}]}
    assert shell.interlock("plan", "-", stdin=json.dumps(plan)).code == 0
    bravo = model.script("BRAVO", *[write(repo / "src/n.py")] * 2, *[call("Bash", command="true")] * 20)

    code, said = work(shell, "--turns", "3", "--checkout")
    assert (code, said["runs"][0]["ended"], said["runs"][0]["why"]) == (3, "limit", "it reached the limit of turns")
    first = bravo.requests[0].body["model"]
    work(shell, "--turns", "1", "--checkout")

    assert ("haiku" in first, "sonnet" in bravo.requests[-1].body["model"]) == (True, True)
    tasks = shell.interlock("board", "--json").json["tasks"]
    assert [(task["id"], task["status"]) for task in tasks] == [("T1", "todo")]
    notes = shell.interlock("claim", "T1", "--json").json["notes"]
    assert any("it reached the limit of turns" in note["text"] for note in notes)


def said_nothing() -> str:
    return "No task is ready and no request waits: nothing was started."
