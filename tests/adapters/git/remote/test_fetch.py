"""Fetching in the background: seldom, these branches only, and with nobody's program but the person's own."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from mcp_server.adapters.git.remote import fetch
from mcp_server.adapters.git.remote.fetch import EVERY, INTERRUPTED, SELDOMEST, politely
from mcp_server.adapters.host.process_lock import process_lock
from tests.adapters.git_repositories import git, git_repository
from tests.git_workspace import isolate_git

NOW = 1_800_000_000.0


class Clone:
    """A clone whose remote has the branch `work`, which moves."""

    def __init__(self, folder: Path) -> None:
        self.origin = git_repository(folder / "origin")
        git(folder, "clone", "--quiet", str(self.origin), "clone")
        git(self.origin, "checkout", "--quiet", "-b", "work")
        self.root, self.folder = folder / "clone", folder / "fetch"
        self.moves()

    def moves(self) -> str:
        git(self.origin, "commit", "--quiet", "--allow-empty", "--message=more")
        return git(self.origin, "rev-parse", "work")

    def fetch(self, now: float, *branches: str) -> str | None:
        return politely(str(self.root), self.folder, {"origin": branches or ("work", "main")}, now)

    def has(self) -> str | None:
        refs = dict(
            line.split(" ") for line in git(self.root, "for-each-ref", "--format=%(refname) %(objectname)").splitlines()
        )
        return refs.get("refs/remotes/origin/work")


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clone:
    home = tmp_path / "home"
    home.mkdir()
    isolate_git(monkeypatch, home)
    return Clone(tmp_path)


def test_the_branches_are_fetched_and_nothing_else_is_touched(clone: Clone) -> None:
    git(clone.origin, "tag", "v1")
    git(clone.origin, "branch", "other")
    assert clone.fetch(NOW) is None
    assert clone.has() == git(clone.origin, "rev-parse", "work")
    assert git(clone.root, "tag") == ""
    assert "origin/other" not in git(clone.root, "branch", "--remotes")
    assert not (clone.root / ".git" / "FETCH_HEAD").exists()


def test_it_is_done_once_a_minute_at_most_whoever_asks(clone: Clone) -> None:
    clone.fetch(NOW)
    seen, newest = clone.has(), clone.moves()
    clone.fetch(NOW + EVERY - 1)
    assert clone.has() == seen
    clone.fetch(NOW + EVERY)
    assert clone.has() == newest


def test_while_another_process_fetches_nobody_else_does(clone: Clone) -> None:
    clone.folder.mkdir()
    with process_lock(str(clone.folder / "turn"), patience=0):
        assert clone.fetch(NOW) is None
    assert clone.has() is None


def test_branches_that_the_remote_lacks_or_that_are_no_names_are_left_out(clone: Clone) -> None:
    assert clone.fetch(NOW, "work", "not-pushed-yet", "*", "-x", "a:refs/heads/main", "a..b") is None
    assert clone.has() is not None
    assert git(clone.root, "for-each-ref", "--format=%(refname)", "refs/heads") == "refs/heads/main"


def test_failures_are_counted_and_it_is_tried_less_and_less_often(clone: Clone) -> None:
    away = clone.origin.with_name("away")
    clone.origin.rename(away)
    assert "does not appear to be a git repository" in (clone.fetch(NOW) or "")
    away.rename(clone.origin)
    assert "does not appear to be" in (clone.fetch(NOW + EVERY) or ""), "said again until it is tried again"
    assert clone.has() is None
    assert clone.fetch(NOW + 2 * EVERY) is None
    assert clone.has() is not None


def test_however_often_it_fails_it_is_tried_every_hour_and_after_the_clock_was_set_back() -> None:
    many = fetch._Last(NOW, 10_000)
    assert not many.is_due(NOW + SELDOMEST - 1)
    assert many.is_due(NOW + SELDOMEST)
    assert many.is_due(NOW - 1)


def test_a_fetch_that_was_killed_counts_as_a_failure(clone: Clone, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_given: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(fetch, "_fetch", killed)
        with pytest.raises(KeyboardInterrupt):
            clone.fetch(NOW)
    assert clone.fetch(NOW + 1) == INTERRUPTED
    assert clone.fetch(NOW + 2 * EVERY) is None


def test_programs_that_the_repositorys_own_configuration_names_are_not_run(clone: Clone, tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\nexit 1\n")
    trap.chmod(trap.stat().st_mode | stat.S_IXUSR)
    (clone.root / ".git" / "hooks" / "reference-transaction").write_text(trap.read_text())
    (clone.root / ".git" / "hooks" / "reference-transaction").chmod(0o755)
    git(clone.root, "config", "core.fsmonitor", str(trap))
    assert clone.fetch(NOW) is None
    assert clone.has() is not None
    for name in ("core.sshCommand", "remote.origin.uploadpack", "credential.helper", "url.ext::x.insteadOf"):
        git(clone.root, "config", name, str(trap))
        (clone.folder / "last.json").unlink()
        seen = clone.has()
        clone.moves()
        assert "names a program" in (clone.fetch(NOW) or "")
        assert clone.has() == seen
        git(clone.root, "config", "--unset", name)
    assert not (tmp_path / "sprung").exists()


def test_nobody_is_asked_for_a_password(clone: Clone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the person's own ssh is told, seen by one that only writes it down."""
    ssh = tmp_path / "ssh"
    ssh.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/said\nenv > {tmp_path}/environment\nexit 255\n')
    ssh.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    git(clone.root, "remote", "set-url", "origin", "git@127.0.0.1:a/b.git")
    assert clone.fetch(NOW)
    assert "-oBatchMode=yes" in (tmp_path / "said").read_text()
    environment = (tmp_path / "environment").read_text()
    assert "GIT_TERMINAL_PROMPT=0" in environment
    assert "SSH_ASKPASS_REQUIRE=never" in environment
