"""Which recorded calls a shell's text belongs to, and where the client's own end of it writes."""

from __future__ import annotations

import pytest

from mcp_server.sandbox.match_calls import quoted, records_of, tail_file
from mcp_server.sandbox.record import Record

SETUP = "source /h/snapshot.sh 2>/dev/null || true && : && shopt -u extglob 2>/dev/null || true && "


def word(command: str, agent: str = "a") -> Record:
    return Record(agent, command, root="/r", cwd="/r", patterns=[])


def text(command: str, plain: bool = False) -> str:
    return f"{SETUP}eval {command if plain else quoted(command)} < /dev/null && pwd -P >| /scratch/claude-1-cwd"


@pytest.mark.parametrize(
    "command",
    ["ls -l", "echo 'it''s' \"a b\"", "cat <<'EOF'\nline 'one'\nEOF\necho done", "printf '\\n' ; x=$(y)", "é"],
)
def test_a_record_belongs_to_the_text_that_evaluates_its_command(command: str) -> None:
    record = word(command)

    assert records_of([word("other"), record], text(command)) == [record]


def test_a_command_of_one_word_is_not_quoted_by_the_client() -> None:
    record = word("make")

    assert records_of([record, word("mak")], text("make", plain=True)) == [record]


@pytest.mark.parametrize("longer", ["ls | wc", "ls'x'", "echo ls", "echo 'ls'", "eval 'ls'", "ls -l"])
def test_a_command_that_is_only_part_of_the_text_does_not_count(longer: str) -> None:
    assert records_of([word("ls")], text(longer)) == []


def test_every_agent_that_has_the_same_command_counts() -> None:
    assert len(records_of([word("ls -l", "a"), word("ls -l", "b")], text("ls -l"))) == 2


def test_what_the_client_adds_to_a_command_is_ignored() -> None:
    record = word("sleep 60; ls")

    assert records_of([record], text("CLAUDE_CODE_WATCHED_SLEEP=1 sleep 60; ls")) == [record]


@pytest.mark.parametrize("spelling", ["dir >nul", "dir > NUL", "dir 2>nul"])
def test_the_null_device_of_windows_is_known_under_its_other_name(spelling: str) -> None:
    record = word(spelling)
    sent = spelling.replace("NUL", "nul").replace("nul", "/dev/null")

    assert records_of([record], text(sent)) == [record]


def test_without_an_eval_the_command_only_has_to_be_in_the_text() -> None:
    record = word("npm test")

    assert records_of([record], "cd /r; npm test; pwd") == [record]
    assert records_of([word("npm run")], "cd /r; npm test; pwd") == []


@pytest.mark.parametrize(
    ("end", "file"),
    [
        ("pwd -P >| /scratch/claude-1-cwd", "/scratch/claude-1-cwd"),
        ("pwd -P >| '/scratch/a b/cwd-1'", "/scratch/a b/cwd-1"),
        ("pwd -P >| '/scratch/it'\"'\"'s/cwd-1'", "/scratch/it's/cwd-1"),
        ("pwd -P >| relative", None),
        ("echo done", None),
    ],
)
def test_the_tail_names_the_file_that_the_client_reads(end: str, file: str | None) -> None:
    assert tail_file(f"{SETUP}eval 'pwd -P >| /etc/x' && {end}") == file
