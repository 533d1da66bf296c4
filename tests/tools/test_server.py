"""The server as an agent sees it: its tools, their answers, and what bad input gets."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from mcp.client import Client
from mcp_types import CallToolResult, TextContent

from mcp_server import app
from mcp_server.adapters.host import repository
from mcp_server.adapters.host.clock import system_clock
from mcp_server.adapters.sqlite.store import SqliteStore
from mcp_server.core.agents.register import Caller, recognise
from mcp_server.domain.decision import Policy
from mcp_server.domain.scopes.scope import parse
from mcp_server.tools.instructions import INSTRUCTIONS

ROOT = Path(__file__).parents[2]
CONTRACT = {
    "plan_tasks",
    "claim_task",
    "update_task",
    "lock_resource",
    "unlock_resource",
    "scope_check",
    "write_state",
    "read_state",
    "send_message",
    "read_messages",
    "board",
}

pytestmark = pytest.mark.anyio


@pytest.fixture
async def client(repo: Path) -> AsyncIterator[Client]:
    async with Client(app.server()) as connected:
        yield connected


@pytest.fixture
def used(repo: Path) -> Path:
    """The repository, in use."""
    app.Opener(app.here())(True)
    return repo


def store_of(repo: Path) -> SqliteStore:
    policy = Policy("enforce", "allow", parse([]))
    return SqliteStore(repo / ".git/interlock/state.db", clock=system_clock, policy=lambda: policy)


async def ask(client: Client, tool: str, **arguments: Any) -> dict[str, Any]:
    """The structured answer of a call that must succeed."""
    result = await client.call_tool(tool, arguments)
    assert isinstance(result, CallToolResult)
    assert not result.is_error, result.content
    answer: dict[str, Any] | None = result.structured_content
    assert answer is not None
    return answer


async def misuse(client: Client, tool: str, **arguments: Any) -> str:
    """The words of a call that must be refused as an error."""
    result = await client.call_tool(tool, arguments)
    assert isinstance(result, CallToolResult)
    assert result.is_error
    assert isinstance(result.content[0], TextContent)
    text = result.content[0].text
    assert "Traceback" not in text
    return text


async def test_it_has_the_tools_of_the_contract_within_their_budget(client: Client) -> None:
    listed = (await client.list_tools()).tools

    assert {tool.name for tool in listed} == CONTRACT
    size = len(json.dumps([tool.model_dump(mode="json", by_alias=True, exclude_none=True) for tool in listed]))
    assert size < 9_000
    assert len(INSTRUCTIONS) <= 450
    assert all(tool.description and len(tool.description) > 40 for tool in listed)


async def test_the_list_that_a_first_start_shows_is_the_servers_own(client: Client) -> None:
    kept = json.loads((ROOT / "mcp_server/tools/tools.json").read_text())["tools"]

    listed = (await client.list_tools()).tools

    assert kept == [tool.model_dump(mode="json", by_alias=True, exclude_none=True) for tool in listed], (
        "script/tools-json writes it anew"
    )


async def test_a_plan_shows_false_independence_and_a_claim_its_scope(client: Client) -> None:
    tasks = [
        {"title": "Auth", "scope": ["src/auth/**"]},
        {"title": "Login", "scope": ["src/*/login.py"]},
        {"title": "Docs", "scope": ["docs/**"], "depends_on": ["A"], "id": "D"},
        {"title": "Api", "scope": ["src/api/**", "!src/api/login.py"], "id": "A", "priority": 5},
    ]
    tried = await ask(client, "plan_tasks", tasks=tasks, dry_run=True)
    planned = await ask(client, "plan_tasks", tasks=tasks)
    claimed = await ask(client, "claim_task")

    assert tried["overlaps"] == planned["overlaps"]
    assert planned["created"] == ["T1", "T2", "D", "A"]
    assert planned["ready"] == ["T1", "T2", "A"]
    assert [(part["tasks"], part["example"]) for part in planned["overlaps"]] == [(["T1", "T2"], "src/auth/login.py")]
    assert claimed["granted"] is True
    assert claimed["task"]["id"] == "A"
    assert claimed["scope"] == ["src/api/**", "!src/api/login.py"]
    assert claimed["token"] > 0
    assert claimed["expires_at"].endswith("Z")


async def test_a_dry_run_leaves_a_repository_unused(client: Client, repo: Path) -> None:
    await ask(client, "plan_tasks", tasks=[{"title": "Auth", "scope": ["src/auth"]}], dry_run=True)

    assert not (repo / ".git/interlock").exists()


UNUSED: dict[str, dict[str, Any]] = {
    "board": {},
    "claim_task": {},
    "update_task": {"task_id": "T1", "status": "done"},
    "lock_resource": {"resource": "db"},
    "unlock_resource": {"resource": "db"},
    "scope_check": {"paths": ["a.py"]},
    "write_state": {"kind": "status", "text": "on it"},
    "read_state": {},
    "send_message": {"to": "all", "subject": "hello"},
    "read_messages": {},
}


@pytest.mark.parametrize("tool", sorted(CONTRACT - {"plan_tasks"}))
async def test_where_it_is_not_in_use_a_tool_says_so_and_changes_nothing(client: Client, repo: Path, tool: str) -> None:
    answer = await ask(client, tool, **UNUSED[tool])

    assert answer["reason"] == "not_in_use"
    assert "just work" in answer["advice"]
    assert answer.get("granted") is (False if tool in ("claim_task", "lock_resource") else None)
    assert not (repo / ".git/interlock").exists()


async def test_the_first_plan_says_how_to_go_on(client: Client) -> None:
    first = await ask(client, "plan_tasks", tasks=[{"title": "Auth", "scope": ["src/auth"]}])
    second = await ask(client, "plan_tasks", tasks=[{"title": "Docs", "scope": ["docs"]}])

    assert "claim_task before you edit" in first["notice"]
    assert "notice" not in second


@pytest.mark.parametrize("instructs", [True, False])
async def test_agents_are_instructed_only_where_it_is_in_use(repo: Path, instructs: bool) -> None:
    async with Client(app.server(in_use=instructs)) as client:
        assert client.instructions == (INSTRUCTIONS if instructs else None)


async def test_a_task_is_claimed_by_one_connection_only(client: Client, repo: Path) -> None:
    await ask(client, "plan_tasks", tasks=[{"title": "Auth", "scope": ["src/auth/**"]}])
    mine = await ask(client, "claim_task", task_id="T1")
    async with Client(app.server()) as other:
        theirs = await ask(other, "claim_task", task_id="T1")
        checked = await ask(other, "scope_check", paths=["src/auth/x.py", "README.md", "../x"])
        blocked = await ask(other, "claim_task")

    assert (mine["granted"], (await ask(client, "claim_task", task_id="T1"))["token"]) == (True, mine["token"])
    assert (theirs["granted"], theirs["reason"], theirs["holder"]) == (False, "held", "agent-1")
    assert [part["allowed"] for part in checked["paths"]] == [False, True, True]
    assert checked["paths"][0]["holder"] == "agent-1"
    assert blocked["reason"] == "nothing_ready"


async def test_widening_is_granted_unless_it_meets_somebody(client: Client) -> None:
    tasks = [{"title": "Auth", "scope": ["src/auth/**"]}, {"title": "Api", "scope": ["src/api/**"]}]
    await ask(client, "plan_tasks", tasks=tasks)
    await ask(client, "claim_task", task_id="T1")
    async with Client(app.server()) as other:
        await ask(other, "claim_task", task_id="T2")

        met = await ask(client, "update_task", task_id="T1", widen=["src/api/login.py"], note="tried")
        granted = await ask(client, "update_task", task_id="T1", widen=["docs/auth.md"])

    assert (met["widened"], met["holder"], met["example"]) == (False, "agent-2", "src/api/login.py")
    assert granted["widened"] is True
    assert granted["task"]["scope"] == ["src/auth/**", "docs/auth.md"]


@pytest.mark.usefixtures("used")
async def test_a_lock_is_waited_for_and_given_back() -> None:
    async with Client(app.server()) as one, Client(app.server()) as other:
        assert (await ask(one, "lock_resource", resource="port:3000", purpose="dev server"))["granted"]
        busy = await ask(other, "lock_resource", resource="port:3000")
        await ask(one, "unlock_resource", resource="port:3000")
        free = await ask(other, "lock_resource", resource="port:3000", wait_seconds=5)
        late = await ask(one, "unlock_resource", resource="port:3000")

    assert (busy["granted"], busy["holder"], busy["purpose"]) == (False, "agent-1", "dev server")
    assert free["granted"] is True
    assert late == {"released": False, "reason": "agent-2 holds port:3000, not you"}


@pytest.mark.usefixtures("used")
async def test_what_agents_tell_each_other_arrives_once() -> None:
    async with Client(app.server()) as one, Client(app.server()) as other:
        entry = (await ask(one, "write_state", kind="learning", text="make needs node 20"))["entry"]
        await ask(other, "write_state", kind="status", text="half way")
        sent = await ask(one, "send_message", to="agent-2", subject="The port is free")
        first = await ask(other, "read_messages")
        again = await ask(other, "read_messages")
        shared = await ask(one, "read_state", since="2000-01-01")

    assert (entry["author"], entry["uncommitted"]) == ("agent-1", 0)
    assert sent["delivered_to"] == ["agent-2"]
    assert [message["subject"] for message in first["messages"]] == ["The port is free"]
    assert again["messages"] == []
    assert [part["text"] for part in shared["entries"]] == ["make needs node 20", "half way"]


async def test_the_caller_is_who_the_hook_said_and_its_directory_counts(client: Client, repo: Path) -> None:
    await ask(client, "plan_tasks", tasks=[{"title": "Auth", "scope": ["src/auth/**"]}])
    store = store_of(repo)
    with store.writing() as books:
        agent = recognise(books, Caller("s1", title="docs"))
        for number in range(3):
            books.calls.announce(f"toolu_{number}", agent.id, str(repo / "src"))

    claimed = await client.call_tool("claim_task", {}, meta={"claudecode/toolUseId": "toolu_0"})  # type: ignore[arg-type]  # open keys
    checked = await client.call_tool(
        "scope_check",
        {"paths": ["auth/x.py", "../README.md"]},
        meta={"claudecode/toolUseId": "toolu_1"},  # type: ignore[arg-type]  # open keys
    )

    assert isinstance(claimed, CallToolResult)
    assert isinstance(checked, CallToolResult)
    assert checked.structured_content
    with store.reading() as books:
        assert [lease.holder_name for lease in books.leases.all()] == ["docs"]
    assert [part["allowed"] for part in checked.structured_content["paths"]] == [True, False]


async def test_a_call_that_no_hook_announced_is_refused_where_hooks_run(
    used: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.repository_of(str(used))
    monkeypatch.setenv("CLAUDE_CODE_SESSION_ID", "s1")
    async with Client(app.server()) as client:
        with store_of(used).writing() as books:
            recognise(books, Caller("s1"))

        result = await client.call_tool("claim_task", {}, meta={"claudecode/toolUseId": "toolu_9"})  # type: ignore[arg-type]  # open keys

    assert isinstance(result, CallToolResult)
    assert result.is_error
    assert isinstance(result.content[0], TextContent)
    assert "the calling agent is unknown" in result.content[0].text


async def test_what_was_taken_over_is_told_even_with_a_refusal(client: Client, repo: Path) -> None:
    await ask(client, "plan_tasks", tasks=[{"title": "Auth", "scope": ["src/auth/**"]}])
    await ask(client, "claim_task", task_id="T1")
    with store_of(repo).writing() as books:
        agent = books.agents.named("agent-1")
        assert agent is not None
        books.leases.take_over(books.leases.held_by(agent.id)[0].token, "ben")

    told = await misuse(client, "claim_task", task_id="T99")

    assert "your claim on T1 was taken over by ben" in told
    assert "there is no task 'T99'" in told


PATTERN = "src/auth/**"
BAD_CALLS: list[tuple[str, dict[str, Any], str]] = [
    ("plan_tasks", {"tasks": []}, "the plan is empty"),
    ("plan_tasks", {"tasks": [{"title": "", "scope": []}]}, "title is empty"),
    ("plan_tasks", {"tasks": [{"title": "A", "scope": ["../x"]}]}, "../x"),
    ("plan_tasks", {"tasks": [{"title": "A", "scope": ["/etc"]}]}, "/etc"),
    ("plan_tasks", {"tasks": [{"title": "A", "scope": ["src/[a"]}]}, "src/[a"),
    ("plan_tasks", {"tasks": [{"title": "A", "scope": ["src/**.py"]}]}, "src/**/*.py"),
    ("plan_tasks", {"tasks": [{"title": "A", "scope": [PATTERN], "colour": "red"}]}, "colour"),
    ("plan_tasks", {"tasks": [{"title": "A", "scope": "src"}]}, "scope"),
    ("plan_tasks", {"tasks": [{"title": "A", "scope": [], "id": "T 1"}]}, "one word"),
    (
        "plan_tasks",
        {"tasks": [{"title": "A", "scope": [], "id": "X"}, {"title": "B", "scope": [], "id": "X"}]},
        "twice",
    ),
    ("plan_tasks", {"tasks": [{"title": "A", "scope": [], "depends_on": ["no"]}]}, "'no', which is not a task"),
    (
        "plan_tasks",
        {"tasks": [{"title": c, "scope": [], "id": c, "depends_on": [d]} for c, d in ("ab", "bc", "ca")]},
        "wait for each other",
    ),
    ("plan_tasks", {"tasks": [{"title": "A" * 1_000_000, "scope": []}]}, "1,000,000 characters"),
    ("plan_tasks", {"tasks": [{"title": "A\0", "scope": []}]}, "can't be shown"),
    ("plan_tasks", {"tasks": [{"title": "A", "scope": ["a\0b"]}]}, "a"),
    ("plan_tasks", {"tasks": [{"title": "A", "scope": [], "tier": "gpt"}]}, "tier"),
    ("claim_task", {"task_id": "T99"}, "there is no task 'T99'"),
    ("claim_task", {"task_id": "x" * 100_000}, "there is no task"),
    ("claim_task", {"task_id": 5}, "task_id"),
    ("update_task", {"task_id": "T99", "status": "done"}, "there is no task 'T99'"),
    ("update_task", {"task_id": "T1"}, "nothing to change"),
    ("update_task", {"task_id": "T1", "status": "finished"}, "status"),
    ("update_task", {"task_id": "T1", "widen": ["../x"]}, "../x"),
    ("update_task", {"task_id": "T1", "note": "x" * 1_000_000}, "1,000,000 characters"),
    ("lock_resource", {"resource": ""}, "resource is empty"),
    ("lock_resource", {"resource": "db", "minutes": -1}, "minutes"),
    ("lock_resource", {"resource": "db", "minutes": 1e9}, "minutes"),
    ("lock_resource", {"resource": "db", "wait_seconds": 61}, "wait_seconds"),
    ("lock_resource", {"resource": "db", "wait_seconds": -1}, "wait_seconds"),
    ("lock_resource", {"resource": "path:../x"}, "../x"),
    ("lock_resource", {"resource": "path:"}, "is empty"),
    ("unlock_resource", {"resource": "a\nb"}, "one line"),
    ("scope_check", {"paths": []}, "no path"),
    ("scope_check", {"paths": ["a\0b"]}, "NUL"),
    ("scope_check", {"paths": ["x"] * 1_001}, "1,001 paths"),
    ("write_state", {"kind": "status", "text": "  "}, "text is empty"),
    ("write_state", {"kind": "opinion", "text": "x"}, "kind"),
    ("read_state", {"since": "yesterday"}, "ISO 8601"),
    ("send_message", {"to": "nobody", "subject": "x"}, "no agent and no task 'nobody'"),
    ("send_message", {"to": "all", "subject": ""}, "subject is empty"),
    ("send_message", {"to": "all", "subject": "x", "body": "x" * 1_000_000}, "1,000,000 characters"),
]


@pytest.mark.parametrize(("tool", "arguments", "words"), BAD_CALLS)
async def test_bad_input_is_named_and_changes_nothing(
    client: Client, repo: Path, tool: str, arguments: dict[str, Any], words: str
) -> None:
    await ask(client, "plan_tasks", tasks=[{"title": "Auth", "scope": [PATTERN]}])
    before = await ask(client, "board")

    said = await misuse(client, tool, **arguments)

    assert words in said
    assert len(said) < 3_000
    after = await ask(client, "board")
    assert {key: after[key] for key in ("tasks", "claims", "locks")} == {
        key: before[key] for key in ("tasks", "claims", "locks")
    }


async def test_a_state_that_cannot_be_used_is_said_in_words(client: Client, repo: Path) -> None:
    (repo / ".git/interlock").mkdir()
    (repo / ".git/interlock/state.db").write_text("this is no database " * 500)

    assert "interlock doctor" in await misuse(client, "claim_task")


@pytest.mark.usefixtures("used")
async def test_a_path_of_five_thousand_characters_is_answered(client: Client) -> None:
    answer = await ask(client, "scope_check", paths=["src/" + "x" * 5_000])

    assert len(answer["paths"][0]["reason"]) <= 600
