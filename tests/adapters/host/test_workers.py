"""Workers that outlive whoever starts them, and the log that they share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mcp_server.adapters.host.workers import KEPT_OF_LOG, LARGEST_LOG, HostWorkers, shorten
from tests.e2e.harness.processes import eventually


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # that they are not waited for is meant
def test_each_is_a_process_in_a_session_of_its_own_and_what_they_print_is_kept(tmp_path: Path) -> None:
    log = tmp_path / "work" / "workers.log"
    command = ["/bin/sh", "-c", "pwd; ps -o sid= -p $$ >>sids"]
    assert HostWorkers(command, str(tmp_path), str(log), os.environ).start(2) == 2

    sids = tmp_path / "sids"
    eventually(lambda: sids.exists() and len(sids.read_text().split()) == 2, "both workers")
    assert len({*sids.read_text().split(), str(os.getsid(0))}) == 3
    assert log.read_text() == f"{tmp_path}\n" * 2
    assert log.stat().st_mode & 0o777 == 0o600


def test_without_anything_to_start_nothing_is_made(tmp_path: Path) -> None:
    assert HostWorkers(["/nothing"], str(tmp_path), str(tmp_path / "work" / "log"), os.environ).start(0) == 0
    assert list(tmp_path.iterdir()) == []


def test_a_long_log_is_cut_to_whole_lines_at_its_end(tmp_path: Path) -> None:
    log = tmp_path / "log"
    shorten(str(log))
    log.write_bytes(b"a short line\n")
    shorten(str(log))
    assert log.read_bytes() == b"a short line\n"
    lines = b"".join(b"line %08d\n" % number for number in range(LARGEST_LOG // 10))
    with log.open("ab") as writer:
        writer.write(lines)
        writer.flush()
        shorten(str(log))
        writer.write(b"the last\n")
    kept = log.read_bytes().splitlines()
    assert KEPT_OF_LOG // 2 < log.stat().st_size <= KEPT_OF_LOG + 20
    assert (kept[0].startswith(b"line "), kept[-2:]) == (True, [lines.splitlines()[-1], b"the last"])
