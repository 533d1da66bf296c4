"""Pushing what was merged, by compare-and-swap, on real clones of a real bare repository."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mcp_server.core.merge.push import ATTEMPTS
from mcp_server.core.merge.request import NotMerged
from mcp_server.domain.merge import Pushed
from mcp_server.domain.settings import MergeSettings, Settings
from tests.adapters.git_repositories import git
from tests.core.machines.two_machines import Machine, Team
from tests.workspace import task


@pytest.fixture
def team(tmp_path: Path) -> Team:
    """On each of two machines a task is done in a worktree, in files of their own."""
    made = Team(tmp_path)
    for machine, name in ((made.here, "A"), (made.there, "B")):
        machine.workspace.plan(task(name, f"src/{name}/**"), task("C", "docs/**", depends_on=[name]))
        work(machine, name)
    return made


def work(machine: Machine, name: str, file: str | None = None, text: str = "x\n") -> None:
    tree = machine.worktree(name)
    agent = machine.workspace.agent(f"ada-{name}", worktree=str(tree))
    machine.workspace.claimed(agent, name)
    machine.commit(tree, file or f"src/{name}/x", text)
    machine.finish(agent, name)


def test_with_push_the_remote_has_it_and_what_depends_on_it_is_ready(team: Team) -> None:
    merged = team.here.merged("A", push=True)
    assert (merged.pushed, merged.why_not, merged.ready) == (True, None, ("C",))
    assert team.head() == team.here.head() == merged.commit


def test_without_it_nothing_is_pushed_unless_the_settings_say_so(team: Team) -> None:
    before = team.head()
    assert team.here.merged("A").pushed is None
    assert team.head() == before
    team.there.workspace.settings = Settings(merge=MergeSettings(push=True))
    assert team.there.merged("B").pushed is True
    assert team.head() == team.there.head()


def test_a_base_that_has_moved_at_the_remote_is_brought_in_first(team: Team) -> None:
    team.there.merged("B", push=True)
    merged = team.here.merged("A", push=True)
    assert merged.pushed is True
    assert team.head() == team.here.head()
    assert git(team.here.root, "ls-files", "src") == "src/A/x\nsrc/B/x"
    assert git(team.here.root, "status", "--porcelain") == ""
    # The remote's own commits stay the main line.
    assert git(team.bare, "rev-parse", "main^1") == team.there.head()


class Overtaken:
    """The remote of a machine; before each push somebody else pushes."""

    def __init__(self, machine: Machine, other: Machine, times: int) -> None:
        self._real, self._other, self._left = machine.remote, other, times

    def __getattr__(self, name: str) -> object:
        return getattr(self._real, name)

    def push(self, base: str, expected: str | None, new: str) -> Pushed:
        if self._left:
            self._left -= 1
            git(self._other.root, "pull", "--quiet", "--rebase", "origin", "main")
            self._other.commit(self._other.root, f"other/{self._left}")
            git(self._other.root, "push", "--quiet", "origin", "main")
        return self._real.push(base, expected, new)


def test_whoever_is_overtaken_merges_again_and_loses_nothing(team: Team) -> None:
    team.here.remote = Overtaken(team.here, team.there, 2)  # type: ignore[assignment]  # hands the rest on
    merged = team.here.merged("A", push=True)
    assert merged.pushed is True
    assert team.head() == team.here.head() == merged.commit
    assert git(team.here.root, "ls-files", "other", "src") == "other/0\nother/1\nsrc/A/x"


def test_whoever_is_always_overtaken_says_so_at_last(team: Team) -> None:
    team.here.remote = Overtaken(team.here, team.there, 10 * ATTEMPTS)  # type: ignore[assignment]  # as above
    merged = team.here.merged("A", push=True)
    assert merged.pushed is False
    assert merged.why_not == f"origin moved {ATTEMPTS} times meanwhile; try again later"


def test_two_that_push_at_once_both_arrive(team: Team) -> None:
    with ThreadPoolExecutor(2) as both:
        merged = list(both.map(lambda pair: pair[0].merged(pair[1], push=True), [(team.here, "A"), (team.there, "B")]))
    assert [outcome.pushed for outcome in merged] == [True, True]
    assert git(team.bare, "ls-tree", "-r", "--name-only", "main", "src") == "src/A/x\nsrc/B/x"


def there_writes(team: Team, name: str) -> None:
    """Somebody pushes a change to this file."""
    team.there.commit(team.there.root, name, "theirs\n")
    git(team.there.root, "push", "--quiet", "origin", "main")


def test_a_branch_that_conflicts_with_what_the_remote_has_by_now_is_not_merged(team: Team) -> None:
    there_writes(team, "src/A/x")
    outcome = team.here.merge("A", push=True)
    assert isinstance(outcome, NotMerged)
    assert (outcome.reason, [conflict.path for conflict in outcome.conflicts]) == ("conflict", ["src/A/x"])
    assert team.here.head() == team.head()


def test_a_base_that_conflicts_with_the_remotes_is_not_pushed_and_says_so(team: Team) -> None:
    team.here.commit(team.here.root, "docs/x", "ours\n")
    there_writes(team, "docs/x")
    before = team.head()
    merged = team.here.merged("A", push=True)
    assert merged.pushed is False
    assert "origin/main has moved, and could not be merged into main" in (merged.why_not or "")
    assert team.head() == before
    assert git(team.here.root, "status", "--porcelain") == ""


def test_what_the_remote_refuses_is_said_in_its_words(team: Team) -> None:
    hook = team.bare / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\necho 'main is protected'\nexit 1\n")
    hook.chmod(0o755)
    merged = team.here.merged("A", push=True)
    assert merged.pushed is False
    assert "pre-receive hook declined" in (merged.why_not or "")
    assert "main is protected" in (merged.why_not or "")
    hook.unlink()
    again = team.here.merged("A", push=True)
    assert (again.already, again.pushed) == (True, True)
    assert team.head() == team.here.head()


def test_a_remote_that_cannot_be_reached_stops_the_push_and_not_the_merge(team: Team) -> None:
    team.bare.rename(team.bare.with_name("away.git"))
    merged = team.here.merged("A", push=True)
    assert (merged.already, merged.pushed) == (False, False)
    assert "does not appear to be a git repository" in (merged.why_not or "")
    assert (team.here.root / "src/A/x").exists()


def test_a_remote_without_the_base_gets_it_and_a_foreign_history_is_never_rewound(team: Team) -> None:
    git(team.bare, "update-ref", "-d", "refs/heads/main")
    assert team.here.merged("A", push=True).pushed is True
    ahead = team.head()
    pushed = team.here.remote.push("main", ahead, git(team.here.root, "rev-parse", "HEAD^"))
    assert pushed == Pushed(False, moved=True)
    assert team.head() == ahead


def test_a_repository_without_a_remote_says_that_there_is_none(team: Team) -> None:
    git(team.here.root, "remote", "remove", "origin")
    merged = team.here.merged("A", push=True)
    assert (merged.pushed, merged.why_not) == (False, "this repository has no remote")
