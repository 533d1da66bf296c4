"""Which processes of this host live."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mcp_server.adapters.host import processes
from mcp_server.adapters.host.processes import HostProcesses
from mcp_server.domain.agent import Process

NO_PROCESS = 2**31 - 1


@pytest.fixture(params=["_started", "_started_by_ps"])
def host(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> HostProcesses:
    """The processes of this host, by each way of reading them."""
    monkeypatch.setattr(processes, "_started", getattr(processes, request.param))
    return HostProcesses()


@pytest.fixture
def child() -> Iterator[subprocess.Popen[bytes]]:
    """A process that lives until its input ends."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, stderr=subprocess.DEVNULL) as made:
        yield made


def known(host: HostProcesses, pid: int) -> Process:
    process = host.identify(pid)
    assert process is not None
    return process


def test_ones_own_process_is_known_and_lives(host: HostProcesses) -> None:
    process = known(host, os.getpid())
    assert process.pid == os.getpid()
    assert process == known(host, os.getpid())
    assert not host.is_gone(process)


def test_a_process_that_ended_is_gone(host: HostProcesses, child: subprocess.Popen[bytes]) -> None:
    process = known(host, child.pid)
    assert not host.is_gone(process)
    child.communicate()
    assert host.is_gone(process)
    assert host.identify(child.pid) is None


def test_a_killed_process_that_nobody_waited_for_is_gone(child: subprocess.Popen[bytes]) -> None:
    host = HostProcesses()
    process = known(host, child.pid)
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert host.is_gone(process)
    assert host.identify(child.pid) is None


def test_another_process_under_the_same_id_is_not_the_one(host: HostProcesses) -> None:
    process = known(host, os.getpid())
    assert host.is_gone(process._replace(started="at another time"))


def test_of_another_host_nothing_is_known(host: HostProcesses) -> None:
    assert not host.is_gone(Process("elsewhere", NO_PROCESS, "once"))


@pytest.mark.parametrize("pid", [NO_PROCESS, 0, -1, 10**30])
def test_where_there_is_no_process_there_is_none(host: HostProcesses, pid: int) -> None:
    assert host.identify(pid) is None


@pytest.mark.parametrize("name", ["x) S 1 (y", "((", "a b", "\n"])
def test_a_process_may_be_called_anything(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    fields = " ".join(["S", *map(str, range(4, 53))])
    read: Callable[[str], str] = lambda _file: f"77 ({name}) {fields}\n"  # noqa: E731
    monkeypatch.setattr(processes, "_read", read)
    assert processes._started_by_proc(77) == "22"


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="without /proc nothing tells boots apart")
def test_a_process_of_an_earlier_boot_is_gone_and_one_of_another_machine_or_container_is_not_seen() -> None:
    host = HostProcesses()
    own = known(host, os.getpid())
    machine, boot, numbers = own.host.split("/", 2)
    assert host.state(own) == "lives"
    assert processes.machine() == f"{machine}/{boot}"
    assert host.state(own._replace(host=f"{machine}/another-boot/{numbers}")) == "gone"
    assert host.state(own._replace(host=f"elsewhere/{boot}/{numbers}")) == "unseen"
    assert host.state(own._replace(host=f"{machine}/{boot}/pid:[1]")) == "unseen"
    assert not host.is_gone(own._replace(host="elsewhere"))
