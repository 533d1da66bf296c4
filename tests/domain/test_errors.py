"""Every error that people and agents see has one base class, which sets the exit code."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

import pytest

import mcp_server
from mcp_server.adapters.git.runner import GitRefused
from mcp_server.adapters.host.file_lock import LockBusy
from mcp_server.domain.errors import InterlockError, Misuse, NotHolder, StateUnavailable, UnknownTask, in_words
from mcp_server.domain.scopes.pattern import PatternError
from mcp_server.domain.worktree import Occupied, Trouble

ROOMS = "domain ports core adapters state_page task_list worktree_setup".split()
"""The rooms whose errors reach a user. The others catch what they raise."""
INTERNAL = {"TooIntricate", "PatternError", "Undecided", "NoAnswer"}
"""Patterns are parsed where one more module would slow down every edit; their errors become Misuse or SettingsError.
A database that does not answer is one of psycopg's errors, which become DatabaseUnavailable."""


def errors() -> Iterator[type[BaseException]]:
    for module in pkgutil.walk_packages(mcp_server.__path__, "mcp_server."):
        if module.name.split(".")[1] in ROOMS:
            found = vars(importlib.import_module(module.name)).values()
            yield from (
                one
                for one in found
                if isinstance(one, type) and issubclass(one, BaseException) and one.__module__ == module.name
            )


def test_every_error_has_the_same_base_or_stays_inside() -> None:
    found = set(errors())
    assert {Misuse, GitRefused, PatternError} <= found
    assert {
        one.__name__ for one in found if not issubclass(one, InterlockError) and not one.__name__.startswith("_")
    } == INTERNAL


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (Misuse("x"), 2),
        (UnknownTask("T1"), 2),
        (NotHolder("x"), 1),
        (Occupied("x"), 1),
        (Trouble("x"), 3),
        (StateUnavailable("x"), 3),
        (GitRefused(("log",), 128, b"x"), 3),
        (LockBusy("x"), 3),
    ],
)
def test_an_error_says_how_a_command_ends(error: InterlockError, code: int) -> None:
    assert error.exit_code == code
    assert "x" in str(error) or "T1" in str(error)


def test_who_catches_errors_of_the_system_or_of_values_catches_ours_as_well() -> None:
    assert issubclass(GitRefused, OSError)
    assert issubclass(LockBusy, OSError)
    assert all(issubclass(one, ValueError) for one in (Misuse, Trouble))


def test_an_error_of_the_system_is_said_with_its_path_and_without_its_number() -> None:
    assert in_words(PermissionError(13, "Permission denied", "/x")) == "/x: Permission denied"
    assert in_words(OSError(28, "No space left on device")) == "No space left on device"
    assert in_words(OSError("in words")) == "in words"
    assert in_words(ValueError("so")) == "so"
    assert in_words(StateUnavailable("the state is gone")) == "the state is gone"
