"""Do hooks learn how the set-up stands, cheaply?"""

from __future__ import annotations

import json
import subprocess

from mcp_server import bootstrap
from tests.bootstrap.gate import Gate
from tests.bootstrap.ground import PROJECT, PYTHON, Ground, told

# Besides os and sys, which every hook has loaded anyway.
LIGHT = {"__future__", "mcp_server", "mcp_server.bootstrap"}


def test_absent_building_ready(ground: Ground, gate: Gate) -> None:
    root, data = str(ground.root), str(ground.data)
    assert bootstrap.standing(root, data) == {"state": "absent"}
    assert bootstrap.ready_env(root, data) is None
    start = ground.start()
    gate.wait_for_arrival()
    assert bootstrap.standing(root, data) == {"state": "building"}
    gate.let_through()
    start.communicate()
    (environment,) = ground.environments()
    assert bootstrap.standing(root, data) == {
        "state": "ready",
        "environment": str(ground.data / environment),
    }


def test_ready_is_known_from_the_stamp_and_without_it(ground: Ground) -> None:
    ready = ground.bootstrap("--check")
    assert ready.returncode == 1
    assert json.loads(ready.stdout) == {"ready": False, "env": None, "python": None, "reason": "absent"}
    python = told(ground.launch())["python"]
    environment = python.removesuffix("/bin/python")
    expected = {"ready": True, "env": environment, "python": python}
    for _ in range(2):
        ready = ground.bootstrap("--check")
        assert (ready.returncode, json.loads(ready.stdout)) == (0, expected)
        (ground.data / "ready").unlink(missing_ok=True)


def test_a_stamp_of_another_time_is_not_believed(ground: Ground) -> None:
    told(ground.launch())
    ground.lock(ground.wheel("2.0"))
    assert bootstrap.ready_env(str(ground.root), str(ground.data)) is None


def test_broken_notes_count_as_none(ground: Ground) -> None:
    for name in ("ready", "setup-failed.json"):
        (ground.data / name).write_text("{[")
    assert bootstrap.standing(str(ground.root), str(ground.data)) == {"state": "absent"}
    told(ground.launch())


def test_to_know_that_it_is_ready_loads_next_to_nothing(ground: Ground) -> None:
    told(ground.launch())
    question = f"""
import os, sys
before = set(sys.modules)
sys.path.insert(0, {str(PROJECT)!r})
from mcp_server import bootstrap
assert bootstrap.ready_env({str(ground.root)!r}, {str(ground.data)!r})
print(*sorted(set(sys.modules) - before))
"""
    asked = subprocess.run([PYTHON, "-I", "-S", "-c", question], capture_output=True, text=True, check=True)
    assert set(asked.stdout.split()) == LIGHT
