"""Interlock's own command line, as a Bash command: it writes its own state, and no more than it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bash.reads import Reads

PLUGIN = Path(__file__).parents[3]


@pytest.mark.parametrize("program", ["interlock", f"{PLUGIN}/bin/interlock", "python3 -m mcp_server"])
@pytest.mark.parametrize(
    ("arguments", "paths"),
    [
        ("board --json", []),
        ("mode off", []),
        ("unlock X --force", []),
        ("check --command 'rm -rf docs'", []),
        ("init --claude-md", ["CLAUDE.md"]),
        ("tasks export docs/tasks.md", ["docs/tasks.md"]),
    ],
)
def test_it_writes_what_its_arguments_say(reads: Reads, program: str, arguments: str, paths: list[str]) -> None:
    assert reads.known(f"{program} {arguments}") == paths


def test_what_sets_up_a_worktree_runs_code(reads: Reads) -> None:
    assert reads("interlock worktree add T1").unknown


def test_a_script_of_the_same_name_is_read_like_any_other(reads: Reads) -> None:
    command = "mkdir -p docs/bin; printf 'rm docs/api.md' > docs/bin/interlock; chmod +x docs/bin/interlock"
    assert "docs/api.md" in reads.known(f"{command}; docs/bin/interlock board")


@pytest.mark.parametrize(
    ("command", "act"),
    [
        ("interlock mode off", "interlock mode off"),
        ("cd docs && env -u X interlock mode off", "interlock mode off"),
        (f"{PLUGIN}/bin/interlock release T1 --force", "interlock release T1 --force"),
        ("python3 -m mcp_server unlock db --force", "interlock unlock db --force"),
        ("interlock git-hook uninstall", "interlock git-hook uninstall"),
        ("interlock worktree remove x --force", "interlock worktree remove x --force"),
        ("interlock doctor --repair", "interlock doctor --repair"),
        ("interlock workflow stop audit-1", "interlock workflow stop audit-1"),
        ("interlock workflow restart read --run audit-1", "interlock workflow restart read --run audit-1"),
        ("interlock workflow resume --help", None),
        ("interlock workflow pause", None),
        ("interlock mode", None),
        ("interlock mode --help", None),
        ("interlock mode off --help", None),
        ("interlock release T1", None),
        ("interlock git-hook install", None),
        ("interlock doctor", None),
        ("interlock message ben 'use --force'", None),
        ("echo interlock mode off", None),
    ],
)
def test_a_persons_act_is_known_however_it_is_called(reads: Reads, command: str, act: str | None) -> None:
    assert reads(command).persons_acts == ([act] if act else [])


@pytest.mark.parametrize(
    ("command", "starts"),
    [
        ("interlock launch T1", ["interlock launch"]),
        ("interlock restart T1 --launch", ["interlock restart"]),
        ("interlock restart T1; interlock launch --help; interlock board", []),
        ("cd docs && timeout 9 claude -p 'Go'", ["claude"]),
        ("claude", ["claude"]),
        ("claude mcp list; claude --version; claude agents --json", []),
    ],
)
def test_a_command_that_starts_agents_is_known_as_such(reads: Reads, command: str, starts: list[str]) -> None:
    reading = reads(command)
    assert reading.starts == starts
    assert not starts or not (reading.only_reads or reading.only_saves)
