"""The guard fails on the real client: in a repository in use it refuses aloud, elsewhere it disturbs nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.e2e.harness.client import ClaudeClient
from tests.e2e.harness.model import ScriptedModel
from tests.e2e.harness.plugin import ROOT, settle
from tests.e2e.harness.steps import write
from tests.e2e.harness.turns import Request, Turn, call, say


@pytest.fixture(autouse=True)
def settled(client: ClaudeClient) -> None:
    settle(client.home)


@pytest.fixture
def plugin(tmp_path: Path, client: ClaudeClient) -> Path:
    """A copy of the plugin that a test may break, already set up."""
    copy = tmp_path / "plugin"
    for part in (".claude-plugin", "bin", "hooks", "mcp_server"):
        shutil.copytree(ROOT / part, copy / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy2(ROOT / "requirements.txt", copy)
    settle(client.home, root=copy)
    return copy


def put_into_use(repo: Path) -> Path:
    environment = {**os.environ, "CLAUDE_PROJECT_DIR": str(repo)}
    subprocess.run([ROOT / "bin" / "interlock", "init"], cwd=repo, env=environment, check=True, capture_output=True)
    return repo / ".git" / "interlock"


def broken(path: Path, text: str) -> None:
    path.write_text(text)


def test_a_script_that_crashes_refuses_the_edit_in_a_repository_in_use(
    client: ClaudeClient, model: ScriptedModel, repo: Path, plugin: Path
) -> None:
    put_into_use(repo)
    broken(plugin / "hooks" / "pre_tool_use.py", "raise SystemExit(7)\n")
    alpha = model.script("ALPHA", write(repo / "new.py"), say("Done."))

    client.run("ALPHA begins", cwd=repo, plugin_dir=plugin)

    assert "could not decide" in alpha.result("Write").text
    assert "interlock mode off" in alpha.result("Write").text
    assert not (repo / "new.py").exists()


def test_a_script_that_crashes_is_silent_in_a_repository_that_is_not_in_use(
    client: ClaudeClient, model: ScriptedModel, repo: Path, plugin: Path
) -> None:
    broken(plugin / "hooks" / "pre_tool_use.py", "this is no Python\n")
    alpha = model.script("ALPHA", write(repo / "new.py"), say("Done."))

    client.run("ALPHA begins", cwd=repo, plugin_dir=plugin)

    assert not alpha.result("Write").is_error
    assert (repo / "new.py").exists()


def test_a_damaged_state_refuses_the_edit_and_says_what_to_do(
    client: ClaudeClient, model: ScriptedModel, repo: Path
) -> None:
    state = put_into_use(repo)
    for file in state.glob("state.db*"):
        file.unlink()
    broken(state / "state.db", "this is no database " * 500)
    alpha = model.script("ALPHA", write(repo / "new.py"), say("Done."))

    ended = client.run("ALPHA begins", cwd=repo, plugin_dir=ROOT)

    assert "file is not a database" in alpha.result("Write").text
    assert "interlock doctor" in alpha.result("Write").text
    assert not (repo / "new.py").exists()
    assert "Interlock is not working in this session" in str(ended.events)


def test_a_damaged_state_can_be_switched_off(client: ClaudeClient, model: ScriptedModel, repo: Path) -> None:
    state = put_into_use(repo)
    broken(state / "state.db", "this is no database " * 500)
    environment = {**os.environ, "CLAUDE_PROJECT_DIR": str(repo)}
    subprocess.run([ROOT / "bin" / "interlock", "mode", "off"], cwd=repo, env=environment, check=True)
    alpha = model.script("ALPHA", write(repo / "new.py"), say("Done."))

    client.run("ALPHA begins", cwd=repo, plugin_dir=ROOT)

    assert (repo / "new.py").exists()
    assert not alpha.result("Write").is_error


def test_a_guard_that_takes_too_long_refuses(client: ClaudeClient, model: ScriptedModel, repo: Path) -> None:
    mode = put_into_use(repo) / "mode"

    def blocked(_request: Request) -> Turn:
        os.mkfifo(mode)  # opening it to read waits for a writer that never comes
        return call("Write", file_path=str(repo / "new.py"), content="mine\n")

    def freed(_request: Request) -> Turn:
        mode.unlink()
        return say("Done.")

    alpha = model.script("ALPHA", blocked, freed)

    client.run("ALPHA begins", cwd=repo, plugin_dir=ROOT)

    assert "no decision within" in alpha.result("Write").text
    assert not (repo / "new.py").exists()


@pytest.mark.parametrize("missing", ["hooks/run", "hooks/pre_tool_use.py"])
def test_a_missing_script_refuses_the_edit_and_is_reported(
    client: ClaudeClient, model: ScriptedModel, repo: Path, plugin: Path, missing: str
) -> None:
    put_into_use(repo)
    (plugin / missing).unlink()
    alpha = model.script("ALPHA", write(repo / "new.py"), say("Done."))

    ended = client.run("ALPHA begins", cwd=repo, plugin_dir=plugin)

    assert "could not decide" in alpha.result("Write").text
    assert not (repo / "new.py").exists()
    assert "NOT working" in str(ended.events) + alpha.result("Write").text


def test_a_missing_script_blocks_nothing_in_a_repository_that_is_not_in_use(
    client: ClaudeClient, model: ScriptedModel, repo: Path, plugin: Path
) -> None:
    for script in ("elsewhere", "pre_tool_use.py", "activity.py"):
        (plugin / "hooks" / script).unlink()
    alpha = model.script("ALPHA", write(repo / "new.py"), say("Done."))

    client.run("ALPHA begins", cwd=repo, plugin_dir=plugin)

    assert not alpha.result("Write").is_error
    assert (repo / "new.py").exists()


def test_a_missing_interpreter_refuses_the_edit_until_the_guard_is_switched_off(
    client: ClaudeClient, model: ScriptedModel, repo: Path, plugin: Path
) -> None:
    put_into_use(repo)
    (client.home / ".claude" / "plugins" / "data" / "interlock-inline" / "python").unlink()
    (plugin / "bin" / "serve.py").unlink()  # the server needs no other Python to answer
    find = plugin / "bin" / "find-python"
    find.write_text(find.read_text().replace("_il_probe() {", "_il_probe() {\n    return 1"))

    def switched_off(request: Request) -> Turn:
        assert "could not decide" in str(request.results)
        (repo / ".git" / "interlock" / "mode").write_text("off\n")
        return call("Write", file_path=str(repo / "new.py"), content="mine\n")

    model.script("ALPHA", write(repo / "new.py"), switched_off, say("Done."))

    ended = client.run("ALPHA begins", cwd=repo, plugin_dir=plugin)

    assert (repo / "new.py").exists()
    assert "no Python 3.11 or newer was found, so its guard is NOT working" in str(ended.events)


def test_a_first_start_without_a_network_is_explained(
    client: ClaudeClient, model: ScriptedModel, repo: Path, plugin: Path
) -> None:
    data = client.home / ".claude" / "plugins" / "data" / "interlock-inline"
    (data / "ready").unlink()
    requirements = plugin / "requirements.txt"
    requirements.write_text(requirements.read_text() + "# another plugin's lock file\n")
    for file, text in (
        ("pip/pip.conf", "[global]\nindex-url = {}\nretries = 0\n"),
        ("uv/uv.toml", "index-url = '{}'\n"),
    ):
        settings = client.home / ".config" / file
        settings.parent.mkdir(parents=True)
        settings.write_text(text.format("http://127.0.0.1:9/simple"))
    model.script("ALPHA", say("Done."))

    ended = client.run("ALPHA begins", cwd=repo, plugin_dir=plugin)

    told = str(ended.events)
    assert "its tools are NOT available in this session" in told
    assert "could not be reached" in told
    assert "Traceback" not in told
