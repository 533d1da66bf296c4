"""Is every failure of the set-up explained, with exit code 3 and a note for the hooks?"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest

from mcp_server.bootstrap import check
from tests.bootstrap.installation import PYTHON, Installation, told

WRONG = "tiny==1.0 --hash=sha256:" + "0" * 64
CAN_MOUNT = (
    shutil.which("unshare")
    and not subprocess.run(
        ["unshare", "-rm", "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True, check=False
    ).returncode
)
NEEDS_MOUNT = pytest.mark.skipif(not CAN_MOUNT, reason="needs a mount namespace, for a disk of its own")
UV_ELSEWHERE = [path for path in ("/usr/local/bin/uv", "/opt/homebrew/bin/uv") if Path(path).exists()]


def failed(run: subprocess.CompletedProcess[str], *words: str) -> None:
    """Checks that it ended as a failure of the set-up should, and said all of `words`."""
    assert run.returncode == 3, run.stderr
    assert run.stdout == ""
    assert "Traceback" not in run.stderr
    for expected in ("interlock: could not set up its environment", *words):
        assert expected in run.stderr


@pytest.fixture
def closed_port() -> Iterator[str]:
    """An address on this machine where nobody listens or can begin to listen."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/simple"


def test_no_network(installation: Installation, closed_port: str) -> None:
    run = installation.launch(
        UV_CONFIG_FILE=os.devnull,
        UV_DEFAULT_INDEX=closed_port,
        UV_HTTP_RETRIES="0",
        PIP_NO_INDEX="",
        PIP_FIND_LINKS="",
        PIP_INDEX_URL=closed_port,
        PIP_RETRIES="1",
    )
    failed(run, "uv could not do it (no network)", "could not be reached", "Check the network and the proxy")
    assert _status(installation)["what"] == "no network"


def test_a_package_that_is_not_the_locked_one_is_refused_by_uv(installation: Installation) -> None:
    installation.lock(WRONG)
    failed(installation.launch(), "wrong hash: tiny==1.0")
    assert _status(installation)["what"] == "wrong hash"


def test_a_package_that_is_not_the_locked_one_is_refused_by_pip(installation: Installation) -> None:
    installation.lock(WRONG)
    installation.without_uv()
    failed(installation.launch(), "wrong hash: tiny==1.0")


def test_a_package_that_is_not_locked_with_a_hash_is_refused(installation: Installation) -> None:
    installation.lock("tiny==1.0\n")
    _replace_python_by_one_without_ensurepip(installation)
    failed(installation.launch(), "--require-hashes")


def test_a_package_that_the_index_does_not_have(installation: Installation) -> None:
    installation.lock("tiny==9.9 --hash=sha256:" + "0" * 64)
    failed(installation.launch(), "no ready-made package tiny==9.9", "INTERLOCK_PYTHON")


@NEEDS_MOUNT
def test_a_read_only_disk(installation: Installation) -> None:
    script = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"'
    run = _in_own_mounts(installation, script, str(installation.root / "bin" / "interlock"))
    failed(run, f"{installation.data} cannot be written", "Make that folder writable")


@NEEDS_MOUNT
def test_a_read_only_disk_is_reported_although_no_failure_can_be_recorded(installation: Installation) -> None:
    script = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"'
    status = _in_own_mounts(installation, script, *_status_command(installation))
    assert json.loads(status.stdout)["what"] == "not writable"


@NEEDS_MOUNT
def test_a_full_disk(installation: Installation) -> None:
    installation.lock(installation.wheel("1.0", padding=3_000_000))
    script = 'mount -t tmpfs -o size=1m none "$0" && exec "$@"'
    failed(
        _in_own_mounts(installation, script, str(installation.root / "bin" / "interlock")), "no space left on the disk"
    )


@NEEDS_MOUNT
def test_a_full_disk_is_reported_although_no_failure_can_be_recorded(installation: Installation) -> None:
    script = 'mount -t tmpfs -o size=64k none "$0" && exec "$@"'
    status = _in_own_mounts(installation, script, *_status_command(installation))
    assert json.loads(status.stdout)["what"] == "no space"


@pytest.mark.skipif(bool(UV_ELSEWHERE), reason=f"there is a uv that hides the lack of venv: {UV_ELSEWHERE}")
def test_a_python_without_venv(installation: Installation) -> None:
    (installation.tools / "uv").unlink()
    _replace_python_by_one_without_ensurepip(installation)
    failed(installation.launch(), "lacks the venv module", "sudo apt install python3-venv", "Or install uv")
    assert _status(installation)["what"] == "no venv"


def test_uv_makes_up_for_a_python_without_venv(installation: Installation) -> None:
    _replace_python_by_one_without_ensurepip(installation)
    assert told(installation.launch())["tiny"] == "1.0"


def test_a_tool_that_fails_for_unknown_reasons_is_quoted(installation: Installation) -> None:
    _replace_python_by_one_without_ensurepip(installation)
    installation.tool("uv", "echo https://me:secret@index.example/ >&2; echo 'the moon is too close' >&2; exit 1")
    run = installation.launch()
    failed(run, "the last output was: https://***@index.example/ / the moon is too close")


def test_an_endless_set_up_is_given_up_after_its_limit(installation: Installation) -> None:
    run = installation.bootstrap("--limit", "0")
    failed(run, "not finished after 0 s", "Start again")


def test_a_caller_that_waits_for_a_set_up_that_fails_is_told_why(installation: Installation) -> None:
    installation.lock(WRONG)
    failed(installation.bootstrap("--wait", "50"), "wrong hash: tiny==1.0", "package mirror")


def test_a_failure_is_recorded_until_the_next_success(installation: Installation) -> None:
    right = (installation.root / "requirements.txt").read_text()
    installation.lock(WRONG)
    installation.launch()
    recorded = check.last_failure(str(installation.root), str(installation.data))
    assert recorded
    assert recorded["words"] in installation.launch().stderr
    installation.lock(right)
    assert check.last_failure(str(installation.root), str(installation.data)) is None, "that was another version's"
    told(installation.launch())
    assert not (installation.data / "setup-failed.json").exists()


def _status(installation: Installation) -> dict[str, str]:
    status = json.loads(installation.bootstrap("--status").stdout)
    assert isinstance(status, dict)
    assert status["state"] == "failed"
    return status


def _status_command(installation: Installation) -> tuple[str, ...]:
    script = installation.root / "mcp_server" / "bootstrap"
    return (str(PYTHON), "-I", "-S", str(script), str(installation.root), str(installation.data), "--status")


def _in_own_mounts(installation: Installation, script: str, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["unshare", "-rm", "sh", "-c", script, str(installation.data), *command],
        env=installation.environ,
        capture_output=True,
        text=True,
        check=False,
    )


def _replace_python_by_one_without_ensurepip(installation: Installation) -> None:
    """What Debian without python3-venv has: everything but ensurepip."""
    library = Path(sysconfig.get_path("stdlib"))
    twin = installation.folder / "twin"
    twin_library = twin / "lib" / library.name
    twin_library.mkdir(parents=True)
    for entry in library.iterdir():
        if entry.name not in ("ensurepip", "site-packages"):
            (twin_library / entry.name).symlink_to(entry)
    (twin / "bin").mkdir()
    python = shutil.copy(PYTHON, twin / "bin" / PYTHON.name)
    question = "import importlib.util as u; print(u.find_spec('venv') and not u.find_spec('ensurepip'))"
    answer = subprocess.run([python, "-I", "-S", "-c", question], capture_output=True, text=True, check=False)
    if answer.stdout != "True\n":
        pytest.skip("this Python cannot be copied, so none without ensurepip can be made of it")
    (installation.tools / "python3").unlink()
    (installation.tools / "python3").symlink_to(python)
