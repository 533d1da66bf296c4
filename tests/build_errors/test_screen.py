"""The lines of an output as a person sees them."""

from __future__ import annotations

import pytest

from mcp_server.build_errors.screen import LONGEST_LINE, lines, plain


@pytest.mark.parametrize(
    ("output", "seen"),
    [
        ("\x1b[1;31mred\x1b[0m", "red"),
        ("\x1b]8;;file:///x\x07link\x1b]8;;\x07", "link"),
        ("\x1b]8;;file:///x\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1b(Bplain", "plain"),
        ("\x1b[2Kdone", "done"),
        ("50%\r100%\r\nend", "50%\n100%\nend"),
        ("a\x00b\b", "ab"),
    ],
)
def test_terminal_escapes_are_removed(output: str, seen: str) -> None:
    assert plain(output) == seen


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("2026-11-20T23:41:07.1018273Z src/a.ts(1,2): error", "src/a.ts(1,2): error"),
        ("[12:03:28] src/a.ts(1,2): error", "src/a.ts(1,2): error"),
        ("2026-11-20 23:41:07 x", "x"),
        ("web-1  | src/a.ts(1,2): error", "src/a.ts(1,2): error"),
        ("#12 3.456 src/a.ts(1,2): error", "src/a.ts(1,2): error"),
        ("  3 | code", "  3 | code"),
        ("a.py:1:2: x | y", "a.py:1:2: x | y"),
        ("src/a.py:10:20: error", "src/a.py:10:20: error"),
        ("12:30: expected", "12:30: expected"),
    ],
)
def test_log_prefixes_are_removed(line: str, said: str) -> None:
    assert lines(line) == [said]


@pytest.mark.parametrize(
    ("output", "said"),
    [
        ("[api] a.ts(1,2): error\n[web] fine\n[api]", ["a.ts(1,2): error", "fine", ""]),
        ("[ERROR] a.kt: (1, 2) bad\n[ERROR] b", ["[ERROR] a.kt: (1, 2) bad", "[ERROR] b"]),
        ("acme> a.hs:1:2: error\nacme>   bad\nacme> ", ["a.hs:1:2: error", "  bad", ""]),
        ("aeson   > a\nacme    > b", ["a", "b"]),
        ("> build\n> tsc", ["> build", "> tsc"]),
        ("error: builder failed\n  last 9 log lines:\n       > a.c:1: error\n", None),
        ("remote: a\nTo host", ["a", "To host"]),
        ("➤ YN0000: [web]: a\n➤ YN0000: b", ["[web]: a", "b"]),
        ("##[error]a.ts(1,2): error\n##[warning]b", ["a.ts(1,2): error", "warning: b"]),
        ("    a\n      b\n    c", ["a", "  b", "c"]),
        ("#9 1.2 a.go:1: bad\n 1.203 b\n1.203 c", ["a.go:1: bad", " 1.203 b", "c"]),
    ],
)
def test_what_passes_an_output_on_leaves_no_mark_on_it(output: str, said: list[str] | None) -> None:
    found = lines(output)
    assert found == said if said is not None else found[2] == "a.c:1: error"


def test_long_lines_are_cut() -> None:
    assert [len(line) for line in lines("x" * 10_000 + "\nshort")] == [LONGEST_LINE, 5]
