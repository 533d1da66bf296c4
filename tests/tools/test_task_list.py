"""The task list and the tools: a person's edit counts before a call, and what the call did is shown after it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from mcp.client import Client

from mcp_server import app
from tests.tools.test_server import ask, misuse

pytestmark = pytest.mark.anyio


@pytest.fixture
def repo(repo: Path) -> Path:
    (repo / "TASKS.md").write_text("- [ ] Auth (scope: src/auth/**)\n- [ ] Think\n", encoding="utf-8")
    return repo


@pytest.fixture
async def client(repo: Path) -> AsyncIterator[Client]:
    async with Client(app.server()) as connected:
        await ask(connected, "plan_tasks", tasks=[{"title": "Docs", "scope": ["docs"]}])
        yield connected


async def test_a_call_sees_what_a_person_wrote_and_the_list_shows_what_it_did(client: Client, repo: Path) -> None:
    file = repo / "TASKS.md"
    assert file.read_text(encoding="utf-8").splitlines()[1:] == [
        "- [ ] **T2** Think",
        "- [ ] **T3** Docs (scope: `docs`)",
    ]
    file.write_text(file.read_text(encoding="utf-8").replace("Auth", "Auth!"), encoding="utf-8")
    claimed = await ask(client, "claim_task", task_id="T1")

    assert claimed["task"]["title"] == "Auth!"
    assert "- [~] **T1** Auth! (scope: src/auth/**) — @agent-1\n" in file.read_text(encoding="utf-8")
    assert "notice" not in claimed


async def test_a_task_without_a_scope_is_refused_with_the_way_out(client: Client, repo: Path) -> None:
    refused = await ask(client, "claim_task", task_id="T2")
    await ask(client, "update_task", task_id="T2", widen=["src/think/**"])

    assert (refused["granted"], "needs a scope" in refused["advice"]) == (False, True)
    assert "- [ ] **T2** Think (scope: `src/think/**`)\n" in (repo / "TASKS.md").read_text(encoding="utf-8")


async def test_a_list_in_trouble_is_told_of_once_and_stops_no_call(client: Client, repo: Path) -> None:
    file = repo / "TASKS.md"
    file.rename(repo / "real.md")
    file.symlink_to("real.md")
    first, second = await ask(client, "board"), await ask(client, "board")

    assert "TASKS.md is a symbolic link" in first["notice"]
    assert "notice" not in second
    assert len(second["tasks"]) == 3


async def test_trouble_leaves_with_a_refusal_as_well(client: Client, repo: Path) -> None:
    (repo / "TASKS.md").unlink()
    assert "TASKS.md is gone" in await misuse(client, "update_task", task_id="T99", status="done")
    assert not (repo / "TASKS.md").exists()


async def test_a_repository_that_is_not_in_use_keeps_its_list_as_it_is(repo: Path) -> None:
    async with Client(app.server()) as other:
        await ask(other, "board")
        await ask(other, "claim_task")
    assert (repo / "TASKS.md").read_text(encoding="utf-8") == "- [ ] Auth (scope: src/auth/**)\n- [ ] Think\n"
