"""What a session's start says of the set-up."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

from hooks.event.event import Event, plugin_file
from hooks.session import bootstrap
from mcp_server.bootstrap import check


def test_a_folder_that_was_moved_is_noted_anew_and_said_once(tmp_path: Path) -> None:
    before, after = tmp_path / "before", tmp_path / "after"
    root = plugin_file()
    environment = check.environment_for(root, str(before))
    python = Path(check.python_of(environment))
    python.parent.mkdir(parents=True)
    python.symlink_to(os.path.realpath("/bin/sh"))
    (Path(environment) / check.MARK).write_text(json.dumps({"key": check.key_of(root)}))
    (before / "ready").write_text(f"{root}\n{python}\n\n")
    shutil.move(before, after)
    event = Event({"hook_event_name": "SessionStart"}, {"CLAUDE_PLUGIN_DATA": str(after)}, str(tmp_path))

    first, second = bootstrap.notices(event), bootstrap.notices(event)

    assert first == ["its folder was moved; it is ready to use at its new place."]
    assert second == []
    assert str(after) in (after / "ready").read_text()
