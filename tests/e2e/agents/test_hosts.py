"""A session in a mirror, on the real client: its host, a scope that is held on another machine, an old mirror."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from time import time

from mcp_server.adapters.host.repository import repository_of
from mcp_server.core.tasks.plan import Proposal, plan_tasks
from mcp_server.sharing.database import Database
from tests.e2e.harness.client import ClaudeClient
from tests.e2e.harness.model import ScriptedModel
from tests.e2e.harness.plugin import ROOT, TOOL, settle
from tests.e2e.harness.steps import tool, write
from tests.e2e.harness.turns import say
from tests.hooks.conftest import Work

NOWHERE = "postgresql://127.0.0.1:1/nothing"


def mirrored(repo: Path) -> None:
    """The state mirrors a database that was last reached ten minutes ago; ben holds `src/api` on another machine."""
    (repo / ".claude").mkdir()
    (repo / ".claude" / "interlock.toml").write_text(f'[store]\nurl = "{NOWHERE}"\n')
    work = Work(repo)
    ben = work.agent("elsewhere", "ben")
    work.claim(ben, "src/api/**")
    plan_tasks(work.place, ben, [Proposal("Sign in", ["src/auth/**"])])
    work.store.close()
    with closing(sqlite3.connect(work.file, isolation_level=None)) as state:
        state.execute("UPDATE agent SET name = 'ben@build-2', tick_of = 'other/boot' WHERE id = ?", (ben,))
        state.execute(
            "INSERT INTO mirror (one, number, host, schema, seq, as_of, trouble, sign) "
            "VALUES (1, 7, 'laptop', 't', 0, ?, 'no route to host', ?)",
            (time() - 600, Database(repository_of(str(repo)), NOWHERE).sign),
        )


def test_an_agent_has_its_host_and_is_refused_what_another_machine_holds_with_what_is_known_of_it(
    client: ClaudeClient, model: ScriptedModel, repo: Path
) -> None:
    settle(client.home)
    mirrored(repo)
    alpha = model.script(
        "ALPHA",
        tool("claim_task"),
        write(repo / "src/auth/new.py"),
        write(repo / "src/api/new.py"),
        tool("send_message", to="ben", subject="May I change src/api/new.py?"),
        tool("board"),
        say("Done."),
    )

    client.run("ALPHA begins", cwd=repo, plugin_dir=ROOT, name="anna")

    assert 'You are "anna@laptop" in Interlock' in alpha.shown
    assert "No route to host: what is said of other machines" in alpha.shown
    inside, outside = alpha.results("Write")
    assert not inside.is_error
    assert not (repo / "src/api/new.py").exists()
    assert "which ben@build-2 holds on another machine since" in outside.text
    assert "the database can't be reached): your file is your own copy, but the merge would conflict" in outside.text
    for asked in ("claim_task", "send_message"):
        refused = alpha.result(TOOL + asked)
        assert refused.is_error
        assert "can't be reached (Connection refused)" in refused.text
        assert "Nothing was changed. Work in one's own scope goes on" in refused.text
    board = alpha.result(f"{TOOL}board").structured
    assert {agent["name"] for agent in board["agents"]} == {"anna@laptop", "ben@build-2"}
    assert "10 min ago" in board["notice"]
