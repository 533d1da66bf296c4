"""What is too long, too deep or too much to follow is said, and never taken for a command that writes nothing."""

from __future__ import annotations

import pytest

from tests.bash.reads import Reads

NAMES = " ".join(f"src/auth/n{number}" for number in range(700))
LETTERS = "{a,b,c,d,e,f,g,h,i,j}"
TEXT = "".join(f"line {number} of a long text with `ticks` and $signs\n" for number in range(5_000))


@pytest.mark.parametrize(
    ("command", "why"),
    [
        ("echo x;" * 60_000 + "rm docs/api.md", "characters"),
        ("touch a;" * 30_000 + "rm docs/api.md", "too many steps"),
        ("( " * 130 + "rm docs/api.md" + " )" * 130, "too deeply"),
        ("echo " + "$(" * 40 + "rm docs/api.md" + ")" * 40, "too many steps"),
        ("touch " + LETTERS * 4, "brace expansion"),
        ("seq 4000 | xargs -n1 touch", "too often"),
        ("for ((i = 0; i < 9000; i++)); do echo $i > $i.txt; done", "too long"),
        ("parallel touch ::: " + "a " * 2_001, "too often"),
    ],
)
def test_a_command_of_which_a_part_is_not_read_says_so(reads: Reads, command: str, why: str) -> None:
    assert why in reads(command).unread


@pytest.mark.parametrize(
    ("command", "paths"),
    [
        (f"cat > src/auth/x.md <<'EOF'\n{TEXT}EOF", ["src/auth/x.md"]),
        ("for i in {1..6000}; do echo $i; done", []),
        ("for i in {1..6000}; do touch docs/$i; done", ["docs/*"]),
        ("for i in $(seq 1 9000); do curl -s localhost/$i; done", []),
        (f"for f in {NAMES}; do cat $f; done", []),
        (f"for f in {NAMES} docs/api.md; do [ -e $f ] && rm $f; done", ["docs/api.md"]),
        ("i=0; while [ $i -lt 9000 ]; do i=$((i+1)); done", []),
        ("i=0; while [ $i -lt 9000 ]; do i=$((i+1)); [ $i = 8000 ] && rm docs/api.md; done", ["docs/api.md"]),
        ("for ((i = 0; i < 9000; i++)); do if [ $i = 8000 ]; then rm docs/api.md; fi; done", ["docs/api.md"]),
        ("while :; do date >> src/auth/log; sleep 1; done", ["src/auth/log"]),
        ("until curl -sf localhost; do sleep 1; done", []),
        ("seq 9000 | xargs echo", []),
    ],
)
def test_ordinary_long_commands_are_read_to_their_end(reads: Reads, command: str, paths: list[str]) -> None:
    reading = reads(command)
    assert (reads.paths(reading), reading.unread, reading.unknown) == (paths, "", False)


def test_a_script_file_that_is_too_long_leaves_the_rest_of_the_command_to_be_read(
    reads: Reads, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mcp_server.bash.state.shell.Budget.__init__.__defaults__", (300,))
    script = "printf 'echo x;%.0s' $(seq 500) > src/auth/long.sh; sh src/auth/long.sh; rm docs/api.md"
    reading = reads(script)
    assert reading.unread == ""
    assert reading.unknown
    assert "docs/api.md" in reads.paths(reading)


def test_a_failure_while_reading_is_not_let_pass(reads: Reads, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise TimeoutError("no decision within 5 s")

    monkeypatch.setattr("mcp_server.bash.state.shell.Shell.tree", fails)
    assert "no decision within 5 s" in reads("ls").unread
