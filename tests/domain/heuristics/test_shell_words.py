"""The words of a shell text, read roughly."""

from __future__ import annotations

import pytest

from mcp_server.domain.heuristics.shell_words import program_of, simple_commands


@pytest.mark.parametrize(
    ("text", "commands"),
    [
        ("a b; c && d | e & f", [["a", "b"], ["c"], ["d"], ["e"], ["f"]]),
        ("a 'b ; c' \"d  e\" ''", [["a", "b ; c", "d  e", ""]]),
        ("a\n(b; c)", [["a"], ["b"], ["c"]]),
        ("a 2>&1 &>x | b", [["a", "2>&1", "&>x"], ["b"]]),
        ("x=$(a b) c", [["x=$"], ["a", "b"], ["c"]]),
        ('a "x $(b c) y" d', [["a", "x $"], ["b", "c"], [" y", "d"]]),
        ("a b\\ c \\'d", [["a", "b c", "'d"]]),
        ("a \\\n b", [["a", "b"]]),
        ("sh -c 'a b; c'", [["sh", "-c", "a b; c"], ["a", "b"], ["c"]]),
        ("", []),
        (";;", []),
    ],
)
def test_a_text_is_split_into_simple_commands(text: str, commands: list[list[str]]) -> None:
    assert simple_commands(text) == commands


@pytest.mark.parametrize(
    ("command", "program"),
    [
        ("pytest -x", "pytest"),
        ("A=1 sudo -u bob env B=2 timeout -k 5 60s /opt/venv/bin/pytest", "pytest"),
        ("if ! npx --yes eslint .", "eslint"),
        ("uv run python -m mypy src", "mypy"),
        ("nice -n 10 cargo.exe build", "cargo"),
        ("7z x a.7z", "7z"),
        ("env", ""),
        ("A=1", ""),
    ],
)
def test_the_program_is_behind_assignments_keywords_and_wrappers(command: str, program: str) -> None:
    assert program_of(command.split()) == program
