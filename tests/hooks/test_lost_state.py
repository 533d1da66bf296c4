"""A state that is gone, empty or damaged: nothing passes in silence. Every session's end backs a whole one up."""

from __future__ import annotations

from pathlib import Path

import pytest

from mcp_server.adapters.sqlite import backup
from tests.hooks.conftest import Work
from tests.hooks.runner import Hooks


def lose(work: Work, how: str) -> None:
    work.store.close()
    for ending in backup.LOG_FILES:
        Path(f"{work.file}{ending}").unlink(missing_ok=True)
    if how == "empty":
        work.file.touch()
    elif how == "damaged":
        work.file.write_bytes(b"not a database " * 1_000)


@pytest.mark.parametrize("how", ["gone", "empty", "damaged"])
def test_edits_and_commands_are_refused_and_the_person_is_told(hooks: Hooks, work: Work, how: str) -> None:
    lose(work, how)
    for said in (hooks.edit("src/auth/a.py"), hooks.before("echo x > src/a.py")):
        assert said.decision == "deny"
        assert "could not decide" in said.reason
        assert how == "damaged" or "interlock doctor --repair" in said.reason
    started = hooks.send("SessionStart", source="startup").json["systemMessage"]
    assert "Interlock is not working in this session" in started
    assert how == "damaged" or "gone or empty" in started
    assert not work.file.exists() or how != "gone"


def test_a_sessions_end_keeps_a_backup_of_a_whole_state_and_no_other(hooks: Hooks, work: Work) -> None:
    work.claim(work.agent("s1", "ada"), "src/**")
    hooks.send("SessionEnd", reason="exit")
    assert backup.is_whole(work.file.parent / backup.NAME)
    kept = (work.file.parent / backup.NAME).read_bytes()
    lose(work, "damaged")
    hooks.send("SessionEnd", reason="exit")
    assert (work.file.parent / backup.NAME).read_bytes() == kept
