"""A day in miniature of two agents: one hands in requests, cron starts a worker for each, and a person is told."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.e2e.conftest import VERSIONS
from tests.e2e.harness.client import ClaudeClient
from tests.e2e.harness.model import ScriptedModel
from tests.e2e.harness.plugin import ROOT, settle
from tests.e2e.harness.processes import eventually
from tests.e2e.harness.steps import tool, write
from tests.e2e.harness.tmux_repo import TmuxRepo
from tests.e2e.harness.turns import say
from tests.e2e.unattended import crontab

SETTINGS = """
[notify]
command = "printf '%s: %s\\\\n' \\"$INTERLOCK_KIND\\" \\"$INTERLOCK_WORDS\\" >>{said} #"
[work]
place = "checkout"
"""
A_MINUTE = 150.0
"""Cron starts what it has to at the beginning of the next minute."""


@pytest.mark.skipif(bool(crontab.why_not()), reason=crontab.why_not() or "cron can be used")
@pytest.mark.timeout(400)  # most of it is waiting for a minute to begin
@pytest.mark.parametrize("client", VERSIONS[-1:], indirect=True)
def test_a_request_is_answered_by_a_worker_that_cron_started_and_the_state_and_a_person_know(
    client: ClaudeClient, model: ScriptedModel, repo: Path, tmp_path: Path
) -> None:
    settle(client.home)
    shell = TmuxRepo(client, repo, tmp_path / "programs")
    said = tmp_path / "said"
    (repo / ".claude").mkdir()
    (repo / ".claude" / "interlock.toml").write_text(SETTINGS.format(said=said))
    _wrap_client(tmp_path / "programs" / "bin" / "claude", client)
    shell.plan(("Nobody does this", "docs/**"))
    assert shell.interlock("block", "T1", "--note", "waits for a person").code == 0
    alpha = model.script(
        "ALPHA",
        write(repo / "src/auth/new.py"),
        tool("write_state", kind="learning", text="The login needs a name."),
        tool("update_task", task_id="T2", status="done"),
        say("The login works."),
    )
    variables = {name: value for name, value in client.env.items() if name not in ("PATH", "SHELL")}
    with crontab.crontab(variables):
        installed = shell.interlock("watch", "--install", "cron", "--work", "--every", "1m", "--write", "--json")
        assert installed.code == 0
        inbox = repo / ".claude" / "inbox"
        inbox.mkdir()
        (inbox / "login.md").write_text("ALPHA fixes the login\nscope: src/auth/**\n\nIt says 500.\n")
        answer = repo / ".claude" / "outbox" / "login.md"
        with crontab.cron():
            eventually(answer.exists, "the answer", A_MINUTE)
        eventually(lambda: said.exists() and "outcome" in said.read_text(), "the notification")
        assert shell.interlock("watch", "--uninstall", "cron").code == 0

    assert "status: done" in answer.read_text()
    assert answer.read_text().endswith("The login works.\n")
    assert (repo / "src/auth/new.py").exists()
    told = said.read_text().splitlines()
    assert sorted(told) == [
        "blocked: T1 is blocked: waits for a person",
        "outcome: login.md is done: ALPHA fixes the login",
    ]
    entries = shell.interlock("state", "--json").json["entries"]
    assert [entry["text"] for entry in entries] == ["The login needs a name."]
    changed = subprocess.run(["git", "status", "--short"], cwd=repo, capture_output=True, text=True, check=True).stdout
    assert ".claude/inbox" not in changed
    assert ".claude/outbox" not in changed
    asked = len(alpha.requests)
    beat = json.loads(shell.interlock("watch", "--once", "--work", "--json").out)
    assert (beat["started"], beat["ready"], len(alpha.requests)) == (0, 0, asked)
    client.clean_up()


def _wrap_client(program: Path, client: ClaudeClient) -> None:
    """The client as a person has it who installed the plugin: this checkout is the plugin."""
    program.unlink()
    program.write_text(f'#!/bin/sh\nexec "{client.binary}" "$@" --plugin-dir "{ROOT}"\n')
    program.chmod(0o755)
