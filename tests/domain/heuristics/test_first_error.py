"""The first line that says what went wrong, the same for the same error."""

from __future__ import annotations

import pytest

from mcp_server.domain.heuristics.first_error import first_error_line


@pytest.mark.parametrize(
    ("output", "line"),
    [
        ("", ""),
        ("\n \n", ""),
        ("building\nall is well\nlast words\n", "last words"),
        (
            "warning: unused\nsrc/a.rs:3: error[E0382]: use of moved value\nmore",
            "src/a.rs:3: error[E0382]: use of moved value",
        ),
        ("Traceback (most recent call last):\n  File 'x'\nKeyError: 'a'\n", "KeyError: 'a'"),
        ("===== FAILURES =====\nE       assert 1 == 2\nFAILED tests/x.py\n", "E assert 1 == 2"),
        ("0 errors\nstep\nmake: *** [all] Error 2\n", "make: *** [all] Error 2"),
        ("\x1b[31m✗ adds two numbers\x1b[0m\n", "✗ adds two numbers"),
        ("bash: foo: command not found", "bash: foo: command not found"),
    ],
)
def test_the_line(output: str, line: str) -> None:
    assert first_error_line(output) == line


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Error: timeout after 1.23s", "Error: timeout after 4.5s"),
        ("error at 0x7f3a in main", "error at 0x91bc in main"),
        ("[12:30:01] error: x", "[12:31:59] error: x"),
        ("cannot open /tmp/pytest-12/a", "cannot open /tmp/pytest-13/a"),
        ("error: port 53211 is refused", "error: port 40022 is refused"),
    ],
)
def test_what_differs_from_run_to_run_makes_no_difference(one: str, other: str) -> None:
    assert first_error_line(one) == first_error_line(other)


def test_another_place_is_another_error() -> None:
    assert first_error_line("a.py:3: error: x") != first_error_line("a.py:4: error: x")
