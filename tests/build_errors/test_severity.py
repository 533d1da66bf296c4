"""The severity that a text states."""

from __future__ import annotations

import pytest

from mcp_server.build_errors.severity import ERROR, NOTE, SILENT, WARNING, judge, speaks_of_error


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("error: bad", ERROR),
        ("error[E0308]: mismatched", ERROR),
        ("error TS2322: bad", ERROR),
        ("[ERROR] bad", ERROR),
        ("TypeError: bad", ERROR),
        ("fatal error: bad", ERROR),
        ("syntax error, unexpected", ERROR),
        ("1:30  error  'x' is not defined", ERROR),
        ("✖  Invalid hex", ERROR),
        ("bad. [Error/no-undef]", ERROR),
        ("%Error: bad", ERROR),
        ("warning: unused", WARNING),
        ("%Warning-WIDTH: bits", WARNING),
        ("UserWarning: legacy", WARNING),
        ("bad (no-var) (warning)", WARNING),
        ("Missing. [Warning/semi]", WARNING),
        ("note: here", NOTE),
        ("help: try", NOTE),
        ("F401 'os' imported but unused", SILENT),
        ("undefined: x", SILENT),
        ("", SILENT),
        ("the error was found", SILENT),
    ],
)
def test_a_text_begins_with_its_severity(text: str, severity: int) -> None:
    assert judge(text) == severity


def test_an_error_is_recognised_anywhere_in_a_sentence() -> None:
    assert speaks_of_error("PHP Fatal error:  Uncaught Error: x in")
    assert not speaks_of_error("compiled with 0 errors")
    assert not speaks_of_error("PHP Warning: error in")
