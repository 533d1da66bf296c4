"""A stop comes between steps, never in the middle of one."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest

from mcp_server.demo.stopping import run_uninterrupted, stoppable, undisturbed

STOPS_ITS_PARENT_AND_GOES_ON = """
import os, pathlib, signal
os.kill(os.getppid(), signal.SIGTERM)
pathlib.Path("done").touch()
"""


def test_a_process_that_was_begun_is_at_its_end_before_a_stop_takes_effect(tmp_path: Path) -> None:
    command = [sys.executable, "-I", "-c", STOPS_ITS_PARENT_AND_GOES_ON]
    with pytest.raises(KeyboardInterrupt), stoppable():
        run_uninterrupted(command, cwd=tmp_path, env=os.environ)
    assert (tmp_path / "done").exists()


def test_a_stop_weighs_more_than_what_went_wrong_meanwhile() -> None:
    with pytest.raises(KeyboardInterrupt), stoppable(), undisturbed():
        os.kill(os.getpid(), signal.SIGTERM)
        raise OSError("a step that failed")


def test_the_former_handlers_are_back_afterwards() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with stoppable(), undisturbed():
        assert signal.getsignal(signal.SIGTERM) is not before
    assert signal.getsignal(signal.SIGTERM) is before
