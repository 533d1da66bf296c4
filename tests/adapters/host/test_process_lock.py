"""A lock that the programs of a killed process go on holding."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mcp_server.adapters.host.process_lock import process_lock
from mcp_server.adapters.host.run_program import run_program
from mcp_server.domain.worktree import Occupied


def test_patience_with_a_lock_has_an_end(tmp_path: Path) -> None:
    moments = iter([0.0, 1.0, 2.0, 3.0])
    with (
        process_lock(str(tmp_path / "lock"), patience=0),
        pytest.raises(Occupied),
        process_lock(str(tmp_path / "lock"), patience=2, passing=lambda: next(moments), pause=lambda _: None),
    ):
        pass
    assert next(moments) == 3.0


def test_a_program_that_inherits_the_lock_holds_it_until_it_ends(tmp_path: Path) -> None:
    lock, pipe = str(tmp_path / "lock"), tmp_path / "pipe"
    os.mkfifo(pipe)
    with process_lock(lock, patience=0) as handle:
        script = f"(read line < {pipe}) > /dev/null 2>&1 &"
        assert run_program(["sh", "-c", script], env=os.environ, keep_open=handle).code == 0
    with pytest.raises(Occupied, match="a program that it started"), process_lock(lock, patience=0):
        pass
    pipe.write_text("go on\n")
    with process_lock(lock, patience=30):
        pass
