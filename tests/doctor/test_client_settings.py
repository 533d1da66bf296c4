"""The doctor's findings about settings of the client that undo what Interlock does."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.doctor.machine import Machine, assert_advised

FILES = ("home/.claude/settings.json", "project/.claude/settings.json", "project/.claude/settings.local.json")


def write(file: Path, said: object) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(said if isinstance(said, str) else json.dumps(said))


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize(
    ("said", "state", "words"),
    [
        ({"disableAllHooks": True}, "broken", "disables all hooks"),
        ({"permissions": {"deny": ["mcp__plugin_interlock_interlock__claim_task"]}}, "warning", "claim_task"),
        ({"sandbox": {"enabled": True}}, "warning", "own sandbox"),
        ({"env": {"CLAUDE_CODE_SHELL_PREFIX": "nice"}}, "warning", "CLAUDE_CODE_SHELL_PREFIX"),
    ],
)
def test_a_setting_that_undoes_something_is_named_with_its_file(
    in_use: Machine, tmp_path: Path, file: str, said: object, state: str, words: str
) -> None:
    write(tmp_path / file, said)

    assert_advised(in_use.findings()["client's settings"], state, words, Path(file).name)


@pytest.mark.parametrize(
    "said",
    [{"permissions": {"deny": ["Bash(rm:*)"]}, "hooks": {}, "sandbox": {"enabled": False}}, "{", "[1]", {"env": 3}],
)
def test_other_settings_and_broken_ones_are_the_clients_business(in_use: Machine, tmp_path: Path, said: object) -> None:
    write(tmp_path / FILES[0], said)

    assert in_use.findings()["client's settings"].state == "ok"


def test_a_server_that_was_disabled_for_the_project_is_broken(in_use: Machine, tmp_path: Path) -> None:
    entry = {"disabledMcpServers": ["plugin:interlock:interlock"]}
    write(tmp_path / "home/.claude.json", {"projects": {in_use.repository.root: entry}})

    assert_advised(in_use.findings()["client's settings"], "broken", "tools are missing", "/mcp enable")


def test_a_variable_that_overrides_the_routing_is_a_warning(in_use: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAUDE_CODE_SUBAGENT_MODEL", "haiku")

    assert_advised(in_use.findings()["client's settings"], "warning", "the environment sets CLAUDE_CODE_SUBAGENT_MODEL")


def test_a_model_that_subagents_cannot_be_given_comes_with_the_setting_that_gives_it(
    in_use: Machine, tmp_path: Path
) -> None:
    write(in_use.project / ".claude/interlock.toml", '[routing]\nhaiku = "claude-haiku-9"\nopus = "qwen"\n')
    finding = in_use.findings()["client's settings"]
    line = '{"env": {"ANTHROPIC_DEFAULT_HAIKU_MODEL": "claude-haiku-9"}}'
    assert_advised(
        finding, "warning", "haiku = claude-haiku-9: subagents can't be given it, only the client's own", line
    )
    assert_advised(finding, "warning", "opus = qwen: subagents can't be given it", "interlock launch")
    write(tmp_path / FILES[0], json.loads(line))
    assert "haiku" not in in_use.findings()["client's settings"].words


def test_a_cache_that_confined_commands_cannot_write_comes_with_the_setting(
    in_use: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "fast-disk"
    elsewhere.mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    monkeypatch.setattr("mcp_server.doctor.client_settings.TEMPORARY", "/nowhere")
    monkeypatch.setenv("MY_TOOL_CACHE_DIR", str(elsewhere))

    finding = in_use.findings()["caches"]
    assert_advised(finding, "warning", f"MY_TOOL_CACHE_DIR ({elsewhere})", f'writable = ["{elsewhere}"]')

    write(in_use.project / ".claude/interlock.toml", f'writable = ["{elsewhere}"]\n')
    assert in_use.findings()["caches"].state == "ok"


def test_a_repository_that_git_refuses_comes_with_the_command_that_accepts_it(in_use: Machine) -> None:
    refusing = "echo \"fatal: detected dubious ownership in repository at '$PWD'\" >&2; exit 128"
    script = f"#!/bin/sh\ncase $* in --version) echo 'git version 2.40' ;; *) {refusing} ;; esac\n"
    (in_use.tools / "git").unlink()
    (in_use.tools / "git").write_text(script)
    (in_use.tools / "git").chmod(0o755)

    assert_advised(in_use.findings()["git"], "broken", "git does not trust the repository", "safe.directory")


def test_a_plugin_whose_folder_is_gone_is_broken(in_use: Machine) -> None:
    listing = '[{"id": "interlock@interlock", "enabled": true, "version": "0.2.0", "readFromFolder": "/gone/away"}]'
    in_use.have_claude("2.1.332", listing)

    assert_advised(in_use.findings()["plugin"], "broken", "/gone/away is gone", "plugin install")
