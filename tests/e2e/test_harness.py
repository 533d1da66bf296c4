"""Can a scripted model drive both versions of the real client, and do tests see what happens there?"""

from __future__ import annotations

import json
import shutil
import sys
import threading
from pathlib import Path

import pytest

from tests.e2e import conftest
from tests.e2e.harness import processes
from tests.e2e.harness.client import ClaudeClient
from tests.e2e.harness.marketplace import published
from tests.e2e.harness.model import ScriptedModel
from tests.e2e.harness.screen import Screen
from tests.e2e.harness.turns import Json, Request, Turn, after, announcing, call, meeting, once_offered, say, together

ECHO = "mcp__plugin_tiny_echo__which_call"

HOOK = """
import json, os, sys
given = json.load(sys.stdin)
given["parent"] = os.getppid()
with open(os.path.join(os.environ["HOME"], "hooks.jsonl"), "a") as log:
    log.write(json.dumps(given) + "\\n")
if given.get("tool_name") == "Write" and given["tool_input"]["file_path"].endswith("locked.txt"):
    decision = {"permissionDecision": "deny", "permissionDecisionReason": "locked.txt is held by another agent"}
    print(json.dumps({"hookSpecificOutput": {"hookEventName": "PreToolUse", **decision}}))
if given["hook_event_name"] == "SessionStart":
    context = {"hookEventName": "SessionStart", "additionalContext": "You are agent-1."}
    print(json.dumps({"hookSpecificOutput": context}))
"""

SERVER = """
import json, os, sys
ANSWERS = {
    "initialize": lambda given: {
        "protocolVersion": given["protocolVersion"],
        "capabilities": {"tools": {}},
        "serverInfo": {"name": "echo", "version": "1"},
    },
    "tools/list": lambda given: {"tools": [{"name": "which_call", "inputSchema": {"type": "object"}}]},
    "tools/call": lambda given: {
        "content": [{"type": "text", "text": "which call"}],
        "structuredContent": {"tool_use_id": given["_meta"]["claudecode/toolUseId"]},
    },
}
for line in sys.stdin:
    message = json.loads(line)
    if "id" in message:
        answer = ANSWERS.get(message.get("method"))
        unknown = {"error": {"code": -32601, "message": "unknown"}}
        outcome = {"result": answer(message.get("params"))} if answer else unknown
        print(json.dumps({"jsonrpc": "2.0", "id": message["id"], **outcome}), flush=True)
open(os.path.join(os.environ["HOME"], "server-ended"), "w").close()
"""

EVENTS = ("SessionStart", "SessionEnd", "PreToolUse", "SubagentStart", "SubagentStop")


@pytest.fixture
def plugin(tmp_path: Path) -> Path:
    root = tmp_path / "tiny"
    hook = {"type": "command", "command": sys.executable, "args": ["-I", "-S", "${CLAUDE_PLUGIN_ROOT}/hook.py"]}
    server = {"command": sys.executable, "args": ["-I", "-S", "${CLAUDE_PLUGIN_ROOT}/server.py"]}
    about = {"name": "tiny", "version": "1.0.0", "description": "A plugin for one test", "mcpServers": {"echo": server}}
    market = {"name": "corner", "owner": {"name": "Test"}, "plugins": [{"name": "tiny", "source": "./"}]}
    files = {
        ".claude-plugin/plugin.json": json.dumps(about),
        ".claude-plugin/marketplace.json": json.dumps(market),
        "hooks/hooks.json": json.dumps({"hooks": {event: [{"hooks": [hook]}] for event in EVENTS}}),
        "hook.py": HOOK,
        "server.py": SERVER,
    }
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return root


def hooked(client: ClaudeClient, *events: str) -> list[Json]:
    log = client.home / "hooks.jsonl"
    given: list[Json] = [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
    return [one for one in given if not events or one["hook_event_name"] in events]


def write(path: Path) -> Turn:
    return call("Write", file_path=str(path), content="mine\n")


def test_model_is_shown_why_a_hook_refused_a_write(
    client: ClaudeClient, model: ScriptedModel, repo: Path, plugin: Path
) -> None:
    alpha = model.script("ALPHA", write(repo / "locked.txt"), write(repo / "free.txt"), say("One of two."))

    ended = client.run("ALPHA begins", cwd=repo, plugin_dir=plugin)

    refused, written = alpha.results("Write")
    assert "locked.txt is held by another agent" in refused.text
    assert refused.is_error and not written.is_error
    assert not (repo / "locked.txt").exists()
    assert (repo / "free.txt").read_text() == "mine\n"
    assert (ended.exit_code, ended.result) == (0, "One of two.")
    assert alpha.finished and not alpha.beyond_script


def test_model_is_shown_the_context_that_a_hook_gives(
    client: ClaudeClient, model: ScriptedModel, repo: Path, plugin: Path
) -> None:
    alpha = model.script("ALPHA", say("Hello."))

    client.run("ALPHA begins", cwd=repo, plugin_dir=plugin)

    assert "You are agent-1." in alpha.context
    assert "ALPHA begins" in alpha.shown and "ALPHA begins" not in alpha.context


def test_hooks_tell_two_subagents_and_their_parent_apart(
    client: ClaudeClient, model: ScriptedModel, repo: Path, plugin: Path
) -> None:
    def agent(prompt: str) -> Turn:
        return call("Agent", description="Part", prompt=prompt, subagent_type="general-purpose")

    model.script("ALPHA", write(repo / "a.txt"), together(agent("BETA writes"), agent("GAMMA writes")), say("Started."))
    parts = [
        model.script("BETA", write(repo / "b.txt"), say("b")),
        model.script("GAMMA", write(repo / "c.txt"), say("c")),
    ]

    client.run("ALPHA begins", cwd=repo, plugin_dir=plugin)

    writes = [given for given in hooked(client, "PreToolUse") if given["tool_name"] == "Write"]
    names = {Path(given["tool_input"]["file_path"]).name: given.get("agent_id") for given in writes}
    assert all(part.finished for part in parts)
    assert names["a.txt"] is None
    assert len({names["b.txt"], names["c.txt"], None}) == 3
    assert len({given["session_id"] for given in hooked(client)}) == 1
    assert {given["agent_id"] for given in hooked(client, "SubagentStop")} == {names["b.txt"], names["c.txt"]}


def test_clear_ends_one_session_and_begins_another_in_the_same_process(
    client: ClaudeClient, model: ScriptedModel, repo: Path, plugin: Path
) -> None:
    model.script("ALPHA", say("Before."), say("Still before."))
    model.script("BETA", say("Afterwards."))

    session = client.start(cwd=repo, plugin_dir=plugin)
    answers = [session.ask(text).get("result") for text in ("ALPHA begins", "and goes on", "/clear", "BETA begins")]
    ended = session.finish()

    started, cleared, restarted, left = hooked(client, "SessionStart", "SessionEnd")
    assert answers == ["Before.", "Still before.", "", "Afterwards."]
    assert (started["source"], cleared["reason"]) == ("startup", "clear")
    assert (restarted["source"], left["reason"]) == ("clear", "other")
    assert started["session_id"] == cleared["session_id"] != restarted["session_id"] == left["session_id"]
    assert restarted["session_id"] == ended.session_id
    assert {given["parent"] for given in hooked(client)} == {session.process.pid}


def test_resumed_session_keeps_its_id_and_its_script(
    client: ClaudeClient, model: ScriptedModel, repo: Path, plugin: Path
) -> None:
    alpha = model.script("ALPHA", write(repo / "free.txt"), say("First half."), say("Second half."))

    first = client.run("ALPHA begins", cwd=repo, plugin_dir=plugin)
    second = client.run("Go on", cwd=repo, plugin_dir=plugin, resume=first.session_id)

    assert (first.result, second.result) == ("First half.", "Second half.")
    assert first.session_id == second.session_id
    assert [given["source"] for given in hooked(client, "SessionStart")] == ["startup", "resume"]
    assert alpha.finished and not alpha.beyond_script


def test_a_killed_session_has_no_end_event_and_can_be_resumed(
    client: ClaudeClient, model: ScriptedModel, repo: Path, plugin: Path
) -> None:
    asked, never = threading.Event(), threading.Event()
    lost = announcing(asked, after(never, say("Never heard.")))
    alpha = model.script("ALPHA", once_offered(ECHO, call(ECHO)), lost, say("Back."))

    session = client.start("ALPHA begins", cwd=repo, plugin_dir=plugin)
    assert asked.wait(90)
    saved = alpha.result(ECHO).text
    processes.eventually(lambda: json.dumps(saved)[1:-1] in client.transcript(session.session_id), "the transcript")
    killed = session.kill()
    never.set()
    processes.eventually((client.home / "server-ended").exists, "the server to see the end of its input")
    assert killed.exit_code < 0
    assert not hooked(client, "SessionEnd")

    resumed = client.run("Go on", cwd=repo, plugin_dir=plugin, resume=killed.session_id)
    assert (resumed.result, resumed.session_id) == ("Back.", killed.session_id)
    assert alpha.finished


def test_server_is_told_which_call_it_answers(
    client: ClaudeClient, model: ScriptedModel, repo: Path, plugin: Path
) -> None:
    alpha = model.script("ALPHA", once_offered(ECHO, call(ECHO)), say("Done."))

    client.run("ALPHA begins", cwd=repo, plugin_dir=plugin)

    called = next(given for given in hooked(client, "PreToolUse") if given["tool_name"] == ECHO)
    shown = alpha.result("which_call")
    assert shown.structured == {"tool_use_id": called["tool_use_id"]}
    assert shown.tool_use_id == called["tool_use_id"]


def test_two_sessions_run_interleaved_as_scripted(
    client: ClaudeClient, model: ScriptedModel, repo: Path, plugin: Path
) -> None:
    written, both = threading.Event(), threading.Barrier(2)
    model.script("ALPHA", write(repo / "a.txt"), announcing(written, meeting(both, say("First."))))
    beta = model.script(
        "BETA", after(written, call("Read", file_path=str(repo / "a.txt"))), meeting(both, say("Second."))
    )

    sessions = [client.start(f"{marker} begins", cwd=repo, plugin_dir=plugin) for marker in ("BETA", "ALPHA")]
    assert [session.finish().result for session in sessions] == ["Second.", "First."]

    assert "mine" in beta.result("Read").text
    assert len({given["session_id"] for given in hooked(client)}) == 2


def test_person_at_a_terminal_types_clears_and_leaves(
    client: ClaudeClient, model: ScriptedModel, repo: Path, plugin: Path
) -> None:
    model.script("ALPHA", write(repo / "free.txt"), say("Written by hand."))

    terminal = client.interactive(cwd=repo, plugin_dir=plugin)
    terminal.submit("ALPHA begins")
    terminal.wait_for("Written by hand.")
    terminal.submit("/clear")
    processes.eventually(lambda: len(hooked(client, "SessionStart")) == 2, "the session after /clear")
    assert terminal.leave() == 0

    reasons = [given["reason"] for given in hooked(client, "SessionEnd")]
    assert reasons == ["clear", "prompt_input_exit"]
    assert (repo / "free.txt").exists()


def test_plugin_installed_from_a_folder_works(
    client: ClaudeClient, model: ScriptedModel, repo: Path, plugin: Path
) -> None:
    alpha = model.script("ALPHA", write(repo / "locked.txt"), say("Refused."))

    client.install_plugin(plugin, "tiny@corner")
    client.run("ALPHA begins", cwd=repo)

    assert "held by another agent" in alpha.result("Write").text


def test_plugin_installed_from_a_repository_is_a_copy(
    client: ClaudeClient, model: ScriptedModel, repo: Path, plugin: Path, tmp_path: Path
) -> None:
    alpha = model.script("ALPHA", write(repo / "locked.txt"), say("Refused."))

    client.install_plugin(published(plugin, tmp_path / "market"), "tiny@corner")
    shutil.rmtree(plugin)
    client.run("ALPHA begins", cwd=repo)

    assert "held by another agent" in alpha.result("Write").text


def test_clean_up_leaves_no_process(client: ClaudeClient, model: ScriptedModel, repo: Path, plugin: Path) -> None:
    model.script("ALPHA", call("Bash", command="setsid sleep 600 & echo started >started; wait"))

    session = client.start("ALPHA begins", cwd=repo, plugin_dir=plugin)
    processes.eventually((repo / "started").exists, "the command of the session")
    session.kill()
    assert processes.living(client.home)
    client.clean_up()

    assert not processes.living(client.home)


def test_script_that_fails_is_a_problem_and_ends_the_session() -> None:
    request = Request({"messages": [{"role": "user", "content": "ALPHA begins"}], "tools": [{"name": "Bash"}]})
    with ScriptedModel() as model:
        model.script("ALPHA", lambda request: call("Write", content=request.results[0].text))
        assert not model.answer(request).uses
        assert "IndexError" in model.problems[0]


def test_repeated_request_gets_the_same_answer_and_a_new_one_the_next() -> None:
    def asked(*blocks: Json) -> Request:
        return Request({"messages": [{"role": "user", "content": list(blocks)}], "tools": [{"name": "Bash"}]})

    first = {"type": "text", "text": "ALPHA begins"}
    marked = {**first, "cache_control": {"type": "ephemeral"}}
    with ScriptedModel() as model:
        alpha = model.script("ALPHA", say("One."), say("Two."))
        answers = [model.answer(request).text for request in (asked(first), asked(marked), asked(first, first))]
        assert answers == ["One.", "One.", "Two."]
        assert alpha.finished and not alpha.beyond_script

        assert model.answer(asked(first, first, first)) == say("Done.")
        assert len(alpha.beyond_script) == 1


def test_session_without_a_script_is_a_problem() -> None:
    request = Request({"messages": [{"role": "user", "content": "ALPHABET"}], "tools": [{"name": "Bash"}]})
    with ScriptedModel() as model:
        model.script("ALPHA", say("Never said."))
        model.answer(request)
        assert "0 scripts" in model.problems[0]


def test_screen_reads_what_was_written_piece_by_piece() -> None:
    screen = Screen(3, 10)
    for piece in (
        b"one\r\ntwo\x1b[",
        b"1;31m red\x1b[2Ax\x1b[3;1Hthree\xe2\x9d",
        b"\xaf\r\nfour\x1b[1A\x1b[2G\x1b[KTWO",
    ):
        screen.feed(piece)

    assert screen.text.split("\n") == ["one    x", "two red", "tTWO", "four"]


def test_missing_client_is_skipped_with_the_remedy_and_fails_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="script/clients"):
        conftest._do_without("9.9.9")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="script/clients"):
        conftest._do_without("9.9.9")
