"""The command that begins a task afresh: its brief, and the session that is started with it."""

from __future__ import annotations

from mcp_server.adapters.host.clock import system_clock
from mcp_server.adapters.sqlite.store import SqliteStore
from mcp_server.core.off_track import signs
from mcp_server.core.off_track.signs import Attempt
from mcp_server.domain.decision import Policy
from mcp_server.domain.scopes.scope import parse
from tests.cli.test_commands import Shell
from tests.cli.test_merge import interlock, trees

__all__ = ["interlock", "trees"]


def fails(shell: Shell, task: str, times: int) -> None:
    """Whoever holds a task has the same failure so often."""
    file = shell.directory / ".git/interlock/state.db"
    store = SqliteStore(file, clock=system_clock, policy=lambda: Policy("enforce", "allow", parse([])))
    with store.writing() as books:
        [lease] = [lease for lease in books.leases.all() if lease.task == task]
        for _ in range(times):
            signs.after_failure(books.tracks, Attempt(lease.holder, task, lease.granted_at), "make", "no rule")
    store.close()


def test_the_brief_is_printed_and_says_who_holds_the_task(trees: Shell) -> None:
    ada = Shell(trees.directory, session="ada")
    assert ada("claim", "A").code == 0
    assert ada("update", "A", "--note", "the Makefile is odd").code == 0
    fails(trees, "A", 4)
    shown = trees("restart", "A")
    assert shown.code == 0
    for words in ("# A: One", "Done when: `test -f one` passes", "the Makefile is odd", "`make`, 4 times: no rule"):
        assert words in shown.out
    assert "interlock release A --force" in shown.out
    said = trees("restart", "A", "--json").json
    assert (said["holder"], said["tracks"][0]["kind"], said["tracks"][0]["total"]) == ("agent-1", "failure", 4)
    assert said["brief"] in shown.out
    assert "off track" in trees("log").out


def test_a_session_is_started_with_the_brief_once_the_task_is_free(trees: Shell) -> None:
    ada = Shell(trees.directory, session="ada")
    assert ada("claim", "A").code == 0
    fails(trees, "A", 3)
    held = trees("restart", "A", "--launch", "--print", "--json")
    assert (held.code, held.json["launched"]["not_launched"][0]["reason"]) == (1, "held")
    assert trees("release", "A", "--force").code == 0
    started = trees("restart", "A", "--launch", "--print")
    assert started.code == 0, started
    assert "claude" in started.out
    assert "What not to try again" in started.out
    assert "failed 3 times in the same way" in started.out


def test_wrong_words_are_named(trees: Shell) -> None:
    assert trees("restart", "nothing").code == 2
    assert trees("restart", "A", "--print").code == 2
    assert "go with --launch" in trees("restart", "A", "--model", "haiku").err
