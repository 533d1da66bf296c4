"""Do hooks learn the state of the set-up at little cost?"""

from __future__ import annotations

import json
import subprocess

from mcp_server.bootstrap import check
from tests.bootstrap.gate import Gate
from tests.bootstrap.installation import PROJECT, PYTHON, Installation, told

# Besides os and sys, which every hook has loaded anyway.
LIGHT = {"__future__", "mcp_server", "mcp_server.bootstrap", "mcp_server.bootstrap.check"}


def test_absent_building_ready(installation: Installation, gate: Gate) -> None:
    root, data = str(installation.root), str(installation.data)
    assert check.status_of(root, data) == {"state": "absent"}
    assert check.ready_env(root, data) is None
    start = installation.start()
    gate.wait_for_arrival()
    assert check.status_of(root, data) == {"state": "building"}
    gate.let_through()
    start.communicate()
    (environment,) = installation.environments()
    assert check.status_of(root, data) == {"state": "ready", "environment": str(installation.data / environment)}


def test_ready_is_known_from_the_stamp_and_without_it(installation: Installation) -> None:
    ready = installation.bootstrap("--check")
    assert ready.returncode == 1
    assert json.loads(ready.stdout) == {"ready": False, "env": None, "python": None, "reason": "absent"}
    python = told(installation.launch())["python"]
    environment = python.removesuffix("/bin/python")
    expected = {"ready": True, "env": environment, "python": python}
    for _ in range(2):
        ready = installation.bootstrap("--check")
        assert (ready.returncode, json.loads(ready.stdout)) == (0, expected)
        (installation.data / "ready").unlink(missing_ok=True)


def test_a_stamp_with_another_time_is_not_believed(installation: Installation) -> None:
    told(installation.launch())
    installation.lock(installation.wheel("2.0"))
    assert check.ready_env(str(installation.root), str(installation.data)) is None


def test_broken_notes_count_as_none(installation: Installation) -> None:
    for name in ("ready", "setup-failed.json"):
        (installation.data / name).write_text("{[")
    assert check.status_of(str(installation.root), str(installation.data)) == {"state": "absent"}
    told(installation.launch())


def test_asking_whether_it_is_ready_loads_next_to_nothing(installation: Installation) -> None:
    told(installation.launch())
    question = f"""
import os, sys
before = set(sys.modules)
sys.path.insert(0, {str(PROJECT)!r})
from mcp_server.bootstrap import check
assert check.ready_env({str(installation.root)!r}, {str(installation.data)!r})
print(*sorted(set(sys.modules) - before))
"""
    asked = subprocess.run([PYTHON, "-I", "-S", "-c", question], capture_output=True, text=True, check=True)
    assert set(asked.stdout.split()) == LIGHT
