"""The kernel confines this process and all that it starts."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from mcp_server.sandbox import landlock
from mcp_server.sandbox.rights import Grant
from tests.sandbox.sandbox_repo import CAN_CONFINE, ROOT

TRYING = """
import os, sys
from mcp_server.sandbox import landlock
from mcp_server.sandbox.rights import Grant
base, kind = sys.argv[1], sys.argv[2]
landlock.restrict([Grant(base + "/granted", kind), Grant(base + "/nowhere")])
def tried(act, *arguments):
    try:
        act(*arguments)
        return "done"
    except OSError as error:
        return type(error).__name__
os.chdir(base)
print(
    tried(open, "granted/new", "w"), tried(open, "granted/old", "w"), tried(os.rmdir, "granted/empty"),
    tried(os.truncate, "granted/old", 0), tried(open, "beside/old", "w"), tried(open, "beside/old", "r"),
    tried(os.truncate, "beside/old", 0), tried(os.unlink, "beside/old"), tried(os.rmdir, "beside/empty"),
)
"""


@pytest.mark.skipif(not CAN_CONFINE, reason="this kernel has no Landlock")
@pytest.mark.parametrize(
    ("kind", "granted"),
    [
        ("tree", "done done done done"),
        ("file", "PermissionError done PermissionError done"),
        ("empty", "PermissionError PermissionError done PermissionError"),
    ],
)
def test_a_grant_allows_what_its_kind_says_and_nothing_else(tmp_path: Path, kind: str, granted: str) -> None:
    for folder in ("granted", "beside"):
        (tmp_path / folder / "empty").mkdir(parents=True)
        (tmp_path / folder / "old").touch()

    done = subprocess.run(
        [sys.executable, "-c", TRYING, str(tmp_path), kind], cwd=ROOT, check=True, capture_output=True, text=True
    )

    refused = "PermissionError"
    assert done.stdout.split() == [*granted.split(), refused, "done", refused, refused, refused]


@pytest.mark.parametrize("version", [0, 1])
def test_a_kernel_that_cannot_confine_a_process_says_so(monkeypatch: pytest.MonkeyPatch, version: int) -> None:
    monkeypatch.setattr(landlock, "abi", lambda: version)

    with pytest.raises(landlock.Unavailable, match=f"version {version}"):
        landlock.restrict([Grant("/")])


def test_other_systems_have_no_landlock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")

    assert landlock.abi() == 0
    assert not landlock.can_confine()
