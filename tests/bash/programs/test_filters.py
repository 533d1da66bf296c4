"""Filters that write a file."""

from __future__ import annotations

import pytest

from tests.bash.reads import Reads


@pytest.mark.parametrize(
    ("command", "paths"), [("sort -o docs/s README.md", ["docs/s"]), ("uniq README.md docs/u", ["docs/u"])]
)
def test_sort_and_uniq_write_the_file_that_they_are_given(reads: Reads, command: str, paths: list[str]) -> None:
    assert reads.known(command) == paths
