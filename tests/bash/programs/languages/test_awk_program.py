"""What an awk program prints to and runs."""

from __future__ import annotations

import pytest

from tests.bash.reads import Reads


@pytest.mark.parametrize(
    "program",
    [
        'BEGIN { f = "docs/x" } { print > f }',
        "{ print > $1 }",
        '{ print > ($1 ? "docs/x" : "docs/y") }',
        '{ print | "sh -c " $1 }',
        '{ system("rm " $1) }',
        '{ ("rm " $1) | getline }',
    ],
)
def test_a_file_or_command_that_awk_computes_is_unknown(reads: Reads, program: str) -> None:
    assert reads(f"awk '{program}' README.md").unknown
