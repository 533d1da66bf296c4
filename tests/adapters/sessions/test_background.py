"""The client's own background sessions, with a stand-in that answers as the client does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mcp_server.adapters.sessions.background import BackgroundSessions
from mcp_server.domain.launch import Launch, NotStarted

STAND_IN = """#!/bin/sh
here=${0%/*}
printf '%s\\n' "$*" >> "$here/calls"
case $1 in
    agents) cat "$here/jobs" ;;
    stop) ;;
    *) [ -f "$here/fails" ] && { echo 'Error: not logged in' >&2; exit 1; }
       printf 'backgrounded \\302\\267 20321387 \\302\\267 T1-add-login\\n' ;;
esac
"""


@pytest.fixture
def client(tmp_path: Path) -> Path:
    program = tmp_path / "claude"
    program.write_text(STAND_IN)
    program.chmod(0o755)
    jobs(tmp_path)
    return tmp_path


def jobs(folder: Path, *found: dict[str, Any]) -> None:
    (folder / "jobs").write_text(json.dumps(found))


def sessions(folder: Path) -> BackgroundSessions:
    return BackgroundSessions({"PATH": f"{folder}:/usr/bin:/bin"})


def launch(folder: Path, place: str | None = None) -> Launch:
    return Launch("T1", 1, None, "background", "T1-add-login", str(folder), place, None, 0.0)


def job(folder: Path, **fields: Any) -> dict[str, Any]:
    return {"id": "20321387", "cwd": str(folder), "name": "T1-add-login", "state": "working", **fields}


def test_it_is_started_under_its_name_and_its_job_is_known(client: Path) -> None:
    running = sessions(client).start(launch(client), "Do it", "haiku", ["--x"])
    assert running.place == "20321387"
    assert (client / "calls").read_text() == "Do it --name T1-add-login --model haiku --bg --x\n"


def test_what_the_client_says_against_it_is_told(client: Path) -> None:
    (client / "fails").touch()
    with pytest.raises(NotStarted, match="not logged in"):
        sessions(client).start(launch(client), "Do it", None, [])
    with pytest.raises(NotStarted):
        BackgroundSessions({"PATH": "/nowhere"}).check()


def test_it_is_found_by_its_job_or_by_name_and_place_when_that_was_never_put_down(client: Path) -> None:
    found = sessions(client)
    assert found.find(launch(client)) is None
    jobs(client, job(client, name="another"), job(client, id="other", cwd="/"), job(client, pid=7, state="idle"))
    known = found.find(launch(client))
    assert known is not None
    assert known.place == "20321387"
    assert found.find(launch(client, "20321387")) is not None
    assert found.find(launch(client, "none")) is None
    assert list(found.door(launch(client)))[1:] == ["attach", "20321387"]
    jobs(client, job(client, state="stopped"))
    assert found.find(launch(client)) is None


def test_stopping_leaves_it_to_the_client(client: Path) -> None:
    sessions(client).stop(launch(client, "20321387"), None)
    assert "stop" not in (client / "calls").read_text()
    jobs(client, job(client))
    sessions(client).stop(launch(client, "20321387"), None)
    assert (client / "calls").read_text().endswith("stop 20321387\n")
