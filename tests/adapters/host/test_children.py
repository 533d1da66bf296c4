"""What a process and its children were started with."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mcp_server.adapters.host import children

TEXT = "import sys; print(flush=True); sys.stdin.read()"


@pytest.fixture
def child() -> Iterator[subprocess.Popen[bytes]]:
    """A child that lives until its input ends."""
    words = [sys.executable, "-c", TEXT, "--agent-name", "alice", "--team-name=crew"]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as made:
        assert made.stdout is not None
        made.stdout.readline()
        yield made


@pytest.mark.parametrize("way", [children.of, children._by_ps])
def test_the_children_that_live_are_found_with_their_age(child: subprocess.Popen[bytes], way: object) -> None:
    assert callable(way)
    [found] = [(text, age) for text, age in way(os.getpid()) if TEXT in text]
    assert 0 <= found[1] < 3_600
    child.communicate()
    assert [text for text, _ in way(os.getpid()) if TEXT in text] == []


def test_a_kernel_without_lists_of_children_is_asked_for_all_processes(
    child: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    if not Path("/proc/self").is_dir():
        pytest.skip("there is no /proc")
    monkeypatch.setattr("os.path.exists", lambda _: False)
    assert child.pid in children._ids(os.getpid())


def test_a_process_that_is_gone_has_none() -> None:
    assert children.of(2**31 - 1) == []


def test_the_options_of_a_process_are_read(child: subprocess.Popen[bytes]) -> None:
    given = children.arguments(child.pid)
    assert (given["--agent-name"], given["--team-name"]) == ("alice", "crew")
    assert children.arguments(2**31 - 1) == {}


@pytest.mark.parametrize(("elapsed", "seconds"), [("00:07", 7), ("03:02:01", 10_921), ("2-00:00:05", 172_805)])
def test_the_age_that_ps_prints_is_read(elapsed: str, seconds: int) -> None:
    assert children._seconds(elapsed) == seconds
