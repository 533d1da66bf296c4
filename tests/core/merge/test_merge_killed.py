"""A merge with its push that is killed at any step, with all its processes, can be repeated, and nothing is lost.

Not what was committed on either side, and not what somebody has uncommitted in the checkout of the base.
"""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from mcp_server.core.tasks import update
from tests.adapters.git_repositories import git
from tests.core.merge.test_merge import MergeRepo

ROOT = Path(__file__).parents[3]
WRAPPER = """#!/bin/sh
# Stands before git: at one of its commands it reports, and waits to be killed.
case " $* " in
*" $STOP_AT "*)
    [ "$STOP_WHEN" = after ] && "$REAL_GIT" "$@"
    echo reached >"$REPORT"
    exec cat "$FOREVER" ;;
esac
exec "$REAL_GIT" "$@"
"""


MINE = ["M kept", "A  staged/mine", "?? src/untracked"]
"""What git says of somebody's work in the base's checkout, before and after; its first column is stripped."""


class Step(NamedTuple):
    """A command of git, and whether the kill comes before or after it."""

    at: str
    when: str


STEPS = [
    Step("worktree add", "after"),
    Step("merge --no-edit", "after"),
    Step("update-ref", "before"),
    Step("update-ref", "after"),
    Step("diff-files", "before"),
    Step("checkout-index", "after"),
    Step("update-index -q --refresh", "after"),
    Step("fetch --quiet", "after"),
    Step("push --porcelain", "before"),
    Step("push --porcelain", "after"),
]


class Killer:
    """Runs `interlock merge A`, and kills it and all that it started when git has come to a step."""

    def __init__(self, merge_repo: MergeRepo, folder: Path) -> None:
        self.merge_repo = merge_repo
        real = subprocess.run(["sh", "-c", "command -v git"], capture_output=True, text=True, check=True)
        (folder / "bin").mkdir()
        wrapper = folder / "bin" / "git"
        wrapper.write_text(WRAPPER)
        wrapper.chmod(wrapper.stat().st_mode | stat.S_IXUSR)
        self.report, forever = folder / "report", folder / "forever"
        os.mkfifo(self.report)
        os.mkfifo(forever)
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("CLAUDE", "GIT_"))}
        self.environment = {
            **kept,
            "REAL_GIT": real.stdout.strip(),
            "REPORT": str(self.report),
            "FOREVER": str(forever),
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "LOGNAME": "pat",
        }
        self.wrapped = f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"

    def command(self) -> list[str]:
        return [sys.executable, "-I", str(ROOT / "mcp_server"), "merge", "A", "--push", "--json"]

    def killed_at(self, step: Step) -> None:
        stop = {"STOP_AT": step.at, "STOP_WHEN": step.when, "PATH": self.wrapped}
        with subprocess.Popen(
            self.command(),
            cwd=self.merge_repo.root,
            env={**self.environment, **stop},
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as running:
            assert self.report.read_text() == "reached\n"
            os.killpg(running.pid, signal.SIGKILL)
            assert running.wait() == -signal.SIGKILL

    def repeated(self) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(), cwd=self.merge_repo.root, env=self.environment, capture_output=True, text=True, check=False
        )


@pytest.fixture
def merge_repo(tmp_path: Path) -> MergeRepo:
    """A base that has moved on, and a branch that changes, adds, deletes, links and turns a file into a folder."""
    made = MergeRepo(tmp_path)
    for name in ("gone/deep/file", "turns", "kept"):
        made.write(made.root, name, f"{name}\n")
    made.commit(made.root, "more")
    git(made.tree, "merge", "--quiet", "main")
    made.write(made.root, "beside", "x\n")
    made.commit(made.root, "beside")
    git(made.root.parent, "clone", "--quiet", "--bare", "repo", "remote.git")
    git(made.root, "remote", "add", "origin", str(made.root.parent / "remote.git"))
    git(made.tree, "rm", "--quiet", "gone/deep/file", "turns")
    made.write(made.tree, "turns/into/a", "folder\n")
    made.write(made.tree, "ten", "changed\n")
    (made.tree / "link").symlink_to("ten")
    made.write(made.tree, "run", "#!/bin/sh\n")
    (made.tree / "run").chmod(0o755)
    made.commit(made.tree, "all kinds")
    update.update_task(made.workspace.place, made.ada, "A", status="done")
    made.write(made.root, "kept", "somebody's, unstaged\n")
    made.write(made.root, "staged/mine", "somebody's, staged\n")
    git(made.root, "add", "staged/mine")
    made.write(made.root, "src/untracked", "somebody's, untracked\n")
    return made


@pytest.mark.parametrize("step", STEPS, ids=" ".join)
def test_a_killed_merge_can_be_repeated(merge_repo: MergeRepo, tmp_path: Path, step: Step) -> None:
    before, tip = merge_repo.head(), merge_repo.head("a")
    killer = Killer(merge_repo, tmp_path)
    killer.killed_at(step)
    done = killer.repeated()
    assert done.returncode == 0, done.stdout + done.stderr
    log = git(merge_repo.root, "log", "--format=%H").split()
    assert {before, tip} <= set(log)
    assert git(merge_repo.root.parent / "remote.git", "rev-parse", "main") == merge_repo.head()
    assert len(log) == len(git(merge_repo.root, "rev-list", before, tip).split()) + 1, "it was merged once"
    assert git(merge_repo.root, "status", "--porcelain").split("\n") == MINE
    for name, how in (("kept", "unstaged"), ("staged/mine", "staged"), ("src/untracked", "untracked")):
        assert (merge_repo.root / name).read_text() == f"somebody's, {how}\n"
    assert git(merge_repo.root, "show", ":staged/mine") == "somebody's, staged"
    assert (merge_repo.root / "link").readlink() == Path("ten")
    assert os.access(merge_repo.root / "run", os.X_OK)
    assert not (merge_repo.root / "gone").exists()
    assert len(git(merge_repo.root, "worktree", "list").splitlines()) == 2
    left = {path.name for path in (merge_repo.root / ".git").iterdir()} & {"index.lock", "interlock-following"}
    assert left == set()
    assert {path.suffix for path in (merge_repo.root / ".git/interlock/merge").iterdir()} <= {"", ".log"}
    with merge_repo.workspace.store.reading() as books:
        assert books.pending_merges.pending() == []
        assert books.worktrees.all()[0].merged is not None
