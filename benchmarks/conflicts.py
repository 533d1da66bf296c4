"""What searching for conflicts costs: 20 branches in progress in a repository with 20,000 files."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.measuring import Ratio, report
from benchmarks.workspaces import store, workplace
from mcp_server.adapters.git.merging.conflict_search import GitConflictSearch
from mcp_server.adapters.sqlite.store import create
from mcp_server.core.agents.register import Caller, recognise
from mcp_server.core.merge.conflicts import OpenConflicts, find_conflicts
from mcp_server.core.tasks.claim import Claimed, claim_task
from mcp_server.core.tasks.plan import Proposal, plan_tasks
from mcp_server.core.workplace import Workplace

BRANCHES, FOLDERS, FILES = 20, 200, 100
LINES = 30
FIRST_SECONDS, LATER_SECONDS = 5.0, 0.2
TIMES = 7
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "ada",
    "GIT_AUTHOR_EMAIL": "a@b",
    "GIT_COMMITTER_NAME": "ada",
    "GIT_COMMITTER_EMAIL": "a@b",
}


def measure() -> list[Ratio]:
    """The first search, one when nothing has changed, and one after a commit, each against its budget."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve() / "repo"
        _repository(root)
        place, git = _at_work(root), GitConflictSearch(str(root), str(root / ".git/interlock"))

        def look() -> OpenConflicts:
            return find_conflicts(place, git)

        first, found = _timed(look)
        assert (found.branches, found.tried) == (BRANCHES + 1, BRANCHES * (BRANCHES + 1) // 2), found.trouble
        assert len(found.conflicts) == sum(a % 7 == b % 7 for a in range(BRANCHES) for b in range(a))
        later, found = _timed(look, TIMES)
        assert found.tried == 0
        _git(root.parent / "b0", "commit", "--quiet", "--all", "--message=what was looked at before")
        found = look()
        assert found.tried == 0
        (root.parent / "b0" / "part0" / "file2").write_text("new\n")
        _git(root.parent / "b0", "commit", "--quiet", "--all", "--message=more")
        after, found = _timed(look)
        assert found.tried == BRANCHES
    what = f"Conflicts, {BRANCHES} branches, {FOLDERS * FILES:,} files"
    return [
        Ratio(f"{what}: first look / {FIRST_SECONDS:g} s", first, FIRST_SECONDS, "s", 1.0),
        Ratio(f"{what}: nothing changed / {LATER_SECONDS:g} s", later, LATER_SECONDS, "s", 1.0),
        Ratio(f"{what}: after a commit / first look", after, first, "s", 0.6),
    ]


def _timed(act: Callable[[], OpenConflicts], times: int = 1) -> tuple[float, OpenConflicts]:
    """The median of this many runs."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        outcome = act()
        taken.append(time.perf_counter() - began)
    return sorted(taken)[times // 2], outcome


def _repository(root: Path) -> None:
    """Twenty worktrees, each with a commit in its own folder and in one that all share, and uncommitted changes."""
    for folder in range(FOLDERS):
        (root / f"part{folder}").mkdir(parents=True)
        for file in range(FILES):
            text = "".join(f"line {line} of {folder}/{file}\n" for line in range(LINES))
            (root / f"part{folder}" / f"file{file}").write_text(text)
    _git(root, "init", "--quiet", "--initial-branch=main")
    _git(root, "add", "--all")
    _git(root, "commit", "--quiet", "--message=first")
    for number in range(BRANCHES):
        tree = root.parent / f"b{number}"
        _git(root, "worktree", "add", "--quiet", "-b", tree.name, str(tree))
        (tree / f"part{number}" / "file0").write_text(f"of branch {number}\n")
        (tree / "part199" / f"file{number % 7}").write_text(f"of branch {number}\n")
        _git(tree, "commit", "--quiet", "--all", "--message=work")
        (tree / f"part{number}" / "file1").write_text("not committed\n")


def _at_work(root: Path) -> Workplace:
    """An agent in each worktree, each with a claim on its own folder."""
    file = root / ".git" / "interlock" / "state.db"
    create(file)
    place = workplace(store(file))
    for number in range(BRANCHES):
        with place.store.writing() as books:
            agent = recognise(books, Caller(f"s{number}", title=f"a{number}", worktree=str(root.parent / f"b{number}")))
        [task] = plan_tasks(place, agent.id, [Proposal("Work", [f"part{number}"])]).created
        assert isinstance(claim_task(place, agent.id, task), Claimed)
    return place


def _git(root: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=root, check=True, env=ENVIRONMENT)


if __name__ == "__main__":
    report(measure())
