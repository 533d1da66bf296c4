"""One server of a repository notifies a person, as soon as the state has changed."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from hooks.resident.notifying import ANEW, Notifying
from mcp_server.adapters.host.repository import repository_of
from mcp_server.core.tasks.update import update_task
from tests.hooks.conftest import Work


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def said(repo: Path) -> Path:
    """The settings name a command; what it was given ends up here, a line each."""
    file = repo / ".git" / "said"
    line = f'printf "%s\\n" "$INTERLOCK_WORDS" >>"{file}" #'
    (repo / ".claude").mkdir(exist_ok=True)
    (repo / ".claude" / "interlock.toml").write_text(f"[notify]\ncommand = {json.dumps(line)}\n")
    file.touch()
    return file


def block(work: Work) -> None:
    agent = work.agent("s1", "ada")
    task_id = work.claim(agent, "src/**")
    update_task(work.place, agent, task_id, status="blocked", note="a key")


def test_a_person_is_notified_at_the_look_after_the_change_and_once(work: Work, repo: Path, said: Path) -> None:
    clock = Clock()
    first, second = (Notifying(repository_of(str(repo)), 0, os.environ, clock) for _ in range(2))
    first.look()
    second.look()
    assert said.read_text() == ""
    block(work)
    second.look()
    assert said.read_text() == "", "only the first of several servers notifies"
    first.look()
    assert len(said.read_text().splitlines()) == 1
    assert "is blocked: a key" in said.read_text()
    clock.now += ANEW
    first.look()
    assert len(said.read_text().splitlines()) == 1


def test_where_no_way_is_named_nothing_is_opened(work: Work, repo: Path) -> None:
    block(work)
    Notifying(repository_of(str(repo)), 0, os.environ).look()
    assert not Path(repository_of(str(repo)).state, "notifying").exists()


def test_settings_that_change_count_at_the_next_look(work: Work, repo: Path, said: Path) -> None:
    watching = Notifying(repository_of(str(repo)), 0, os.environ)
    watching.look()
    settings = repo / ".claude" / "interlock.toml"
    settings.write_text(settings.read_text() + 'only = ["review"]\n')
    block(work)
    watching.look()
    assert said.read_text() == ""
