"""Every program that the index lists is in the table of the module that it names."""

from __future__ import annotations

from collections import Counter

import pytest

from mcp_server.bash.programs import index
from mcp_server.bash.programs.git import git

FAMILIES = sorted(index._FAMILIES.items())


@pytest.mark.parametrize(("family", "names"), FAMILIES, ids=[family for family, _ in FAMILIES])
def test_a_family_knows_what_the_index_says_that_it_knows(family: str, names: str) -> None:
    module = __import__(f"mcp_server.bash.programs.{family}", None, None, ["TABLE"])
    assert set(module.TABLE) == set(names.split())


def test_no_program_is_listed_twice() -> None:
    counted = Counter(name for _, names in FAMILIES for name in names.split())
    assert [name for name, count in counted.items() if count > 1] == []


@pytest.mark.parametrize("module", git._FAMILIES)
def test_git_knows_the_subcommands_that_it_lists(module: str) -> None:
    assert set(git._commands(module)) == set(git._FAMILIES[module].split())


@pytest.mark.parametrize("name", ["python3.12", "gcc-13", "clang-format-15", "nothing-of-the-kind"])
def test_a_version_behind_the_name_is_passed_over(name: str) -> None:
    assert (index.handler(name) is not None) is (name != "nothing-of-the-kind")
