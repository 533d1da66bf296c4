"""The index and the tables agree on who knows which program, and each is known in one place."""

from __future__ import annotations

import importlib
from collections import Counter

import pytest

from mcp_server.bash.programs import index, tables
from mcp_server.bash.programs.git import git
from mcp_server.bash.programs.program import READS
from mcp_server.domain.heuristics.shell_words import PLAIN_WRAPPERS, WRAPPERS

PROGRAMS = "mcp_server.bash.programs"


def names_in(table: dict[str, object]) -> list[str]:
    return [name for names in table for name in names.split()]


@pytest.mark.parametrize("family", index._FAMILIES)
def test_a_family_knows_the_programs_that_the_index_says_it_knows(family: str) -> None:
    table = importlib.import_module(f"{PROGRAMS}.{family}").TABLE
    assert Counter(names_in(table)) == Counter(index._FAMILIES[family].split())


@pytest.mark.parametrize("family", git._FAMILIES)
def test_a_module_of_git_knows_the_subcommands_that_git_says_it_knows(family: str) -> None:
    commands = importlib.import_module(f"{PROGRAMS}.git.{family}").COMMANDS
    assert Counter(names_in(commands)) == Counter(git._FAMILIES[family].split())


def test_a_program_is_in_only_one_table_or_family() -> None:
    found = Counter(
        name
        for module in tables._MODULES
        for name in names_in(importlib.import_module(f"{PROGRAMS}.tables.{module}").PROGRAMS)
    )
    assert [name for name, count in found.items() if count > 1] == []
    assert found.keys() & (index._HOMES.keys() | index.READERS) == set()


def test_every_program_that_runs_its_operands_is_a_wrapper_for_the_rough_reader_too() -> None:
    entries = importlib.import_module(f"{PROGRAMS}.tables.building").PROGRAMS
    wrapping = {names: entry for names, entry in entries.items() if getattr(entry, "wraps", None) is not None}
    assert set(names_in(wrapping)) <= WRAPPERS
    assert all(index.handler(name) for name in PLAIN_WRAPPERS)


def test_a_program_with_a_version_in_its_name_is_the_program() -> None:
    assert index.handler("python3.12") is index.handler("python")
    assert index.handler("clang-format-18") is index.handler("clang-format")


def test_a_program_that_only_reads_needs_no_family() -> None:
    assert index.handler("jless") is index.reads
    assert index.handler("xclip") is READS


def test_a_program_that_is_in_no_table_has_no_handler() -> None:
    assert index.handler("frobnicate") is None
