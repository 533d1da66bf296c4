"""The name, the model and the first prompt of a launched session."""

from __future__ import annotations

import pytest

from mcp_server.domain.launch import LONGEST_NAME, name_of, prompt_of
from mcp_server.domain.task import Task


def task(title: str = "Add login", tier: str | None = None, done_when: str | None = None, *scope: str) -> Task:
    return Task(
        seq=1,
        id="T3",
        title=title,
        scope=scope,
        anchors=(),
        resources=(),
        priority=0,
        tier=tier,
        done_when=done_when,
        status="todo",
        waiting=0,
        ready=True,
        token=None,
        failures=0,
        needs=None,
        kept=False,
    )


@pytest.mark.parametrize(
    ("title", "name"),
    [("Add login", "T3-add-login"), ("Ünïcode: 'quoted'; x", "T3-ünïcode-quoted-x"), ("…", "T3"), ("x" * 99, "T3")],
)
def test_a_session_is_called_after_its_task(title: str, name: str) -> None:
    assert name_of(task(title)) == name


def test_a_name_is_not_longer_than_an_agents() -> None:
    assert len(name_of(task("word " * 40))) <= LONGEST_NAME


def test_the_prompt_says_what_where_and_when_it_is_done() -> None:
    prompt = prompt_of(task("Add login", None, "the tests pass", "src/auth/**"), "/r/.claude/worktrees/T3")
    for words in ("T3: Add login", "src/auth/**", "the tests pass", "/r/.claude/worktrees/T3", 'claim_task("T3")'):
        assert words in prompt
    assert "\n" not in prompt
    assert "nothing (the task is read-only)" in prompt_of(task(), "/r")
