"""Starting Interlock where not even its libraries can be loaded."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def board(shell: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """`interlock board` after some lines of shell."""
    line = f"{shell}; exec '{sys.executable}' -I '{ROOT / 'mcp_server' / '__main__.py'}' board"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CLAUDE")}
    return subprocess.run(["bash", "-c", line], cwd=cwd, env=kept, capture_output=True, text=True, check=False)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no limit on the memory of a process")
@pytest.mark.parametrize("kilobytes", range(30_000, 400_000, 60_000))
def test_a_limit_on_memory_ends_in_words(tmp_path: Path, kilobytes: int) -> None:
    done = board(f"ulimit -v {kilobytes}", tmp_path)
    assert "Traceback" not in done.stderr
    assert done.returncode == 0 or (done.returncode, done.stderr[:11]) == (3, "interlock: ")


@pytest.mark.parametrize("limit", ["-n 5", "-n 7", "-f 0"])
def test_a_limit_on_files_ends_in_words(tmp_path: Path, limit: str) -> None:
    done = board(f"ulimit {limit}", tmp_path)
    assert "Traceback" not in done.stderr
    assert done.returncode in (0, 3)


def test_a_working_directory_that_is_gone_ends_in_words(tmp_path: Path) -> None:
    done = board('mkdir "$PWD/gone" && cd "$PWD/gone" && rmdir "$PWD"', tmp_path)
    assert (done.returncode, done.stderr.splitlines()[-1][:32]) == (3, "interlock: it could not start: [")
