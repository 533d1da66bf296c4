"""The supervised shell ends as it would alone, and what it leaves running is answered on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mcp_server.sandbox.supervisor import shell
from tests.sandbox.sandbox_repo import CAN_CONFINE, ROOT, SandboxRepo

pytestmark = pytest.mark.skipif(not (CAN_CONFINE and shell.can_supervise()), reason="this kernel supervises nobody")

RUN = """
import os, sys
from mcp_server.sandbox.supervisor import shell
shell.run(lambda: None, sys.argv[1:], os.environ, ["/"], list)
"""


def started(*command: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", RUN, *command], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


@pytest.mark.parametrize(("command", "code"), [("exit 0", 0), ("exit 7", 7), ("kill -9 $$", -9), ("kill $$", -15)])
def test_it_ends_as_its_shell_ends(command: str, code: int) -> None:
    with started("/bin/sh", "-c", command) as process:
        assert process.communicate(timeout=60) == ("", "")
    assert process.returncode == code


def test_a_signal_reaches_the_shell() -> None:
    waits = "trap 'echo told; exit 5' TERM; echo ready; while :; do sleep 2 & wait $!; done"
    with started("/bin/sh", "-c", waits) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"

        process.send_signal(signal.SIGTERM)

        assert process.stdout.readline() == "told\n"
        assert process.wait(timeout=60) == 5
        process.stdout.close()


def test_a_program_that_cannot_be_started_is_reported() -> None:
    with started("/no/such/program") as process:
        _, errors = process.communicate(timeout=60)

    assert process.returncode == 1
    assert "No such file" in errors


def test_nobody_is_supervised_twice() -> None:
    inner = f'{sys.executable} -c "from mcp_server.sandbox.supervisor import shell; print(shell.can_supervise())"'

    assert shell.can_supervise()
    with started("/bin/sh", "-c", inner) as process:
        assert process.communicate(timeout=60) == ("False\n", "")


def test_what_is_left_in_the_background_still_writes_what_git_ignores(own_repo: SandboxRepo) -> None:
    late = own_repo.repo / "late.log"

    ran = own_repo.run(
        "(while [ -e go ]; do sleep 0.05; done; echo done > late.log) >/dev/null 2>&1 & echo started > a.log"
    )
    assert (ran.code, ran.errors) == (0, "")

    assert until(late.exists)


def test_output_is_not_kept_open_by_what_is_left_in_the_background(own_repo: SandboxRepo) -> None:
    ran = own_repo.run("sleep 600 >/dev/null 2>&1 </dev/null & echo $! >&2; echo said")

    os.kill(int(ran.errors), signal.SIGKILL)
    assert ran.output == "said\n"


def until(holds: object) -> bool:
    """Wait for it, for a minute at most."""
    assert callable(holds)
    end = time.monotonic() + 60
    while not holds() and time.monotonic() < end:
        time.sleep(0.01)
    return bool(holds())


def test_what_outlives_a_group_that_is_killed_still_writes(own_repo: SandboxRepo) -> None:
    """As the client does it: first it asks all to end, then it kills them."""
    # Only in a session of its own, which it says by the first file, does it outlive its group.
    later = "setsid sh -c 'echo 1 > src/auth/ready; until [ -e go ]; do sleep 0.05; done; echo 1 > late.log'"
    command = f"trap '' TERM; {later} >/dev/null 2>&1 & while :; do sleep 5; done"
    own_repo.record_call(command)
    process = subprocess.Popen(
        ["/bin/bash", "-c", own_repo.string(command)],
        cwd=own_repo.repo,
        env=own_repo.environment,
        start_new_session=True,
    )
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    assert until((own_repo.repo / "src/auth/ready").exists)

    def outside() -> int:
        """How many of its children have left its group by now, and so outlive it."""
        return sum(os.getpgid(int(child)) != process.pid for child in children.read_text().split())

    before = outside()
    os.killpg(process.pid, signal.SIGTERM)
    assert until(lambda: outside() > before)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(timeout=60)
    (own_repo.repo / "go").touch()

    assert until((own_repo.repo / "late.log").exists)
