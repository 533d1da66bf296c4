"""Hooks run in a merge as `git merge` would run them in the base's checkout, wherever they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from mcp_server.core.merge.merge import Merged
from mcp_server.core.merge.request import NotMerged
from tests.adapters.git_repositories import git
from tests.core.merge.test_merge import MergeRepo


@pytest.fixture
def merge_repo(tmp_path: Path) -> MergeRepo:
    """The base has a commit beside the branch, so that there is something to merge; node_modules is ignored."""
    made = MergeRepo(tmp_path)
    made.write(made.root, ".gitignore", "node_modules/\n")
    made.commit(made.root, "beside")
    made.write(made.root, "node_modules/.bin/tool", "#!/bin/sh\necho tool $PWD >>$LOG\n")
    (made.root / "node_modules/.bin/tool").chmod(0o755)
    return made


def hook(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)


def husky(root: Path) -> Path:
    """As husky 9 lays it out: an ignored folder with a script for each hook, which runs the tracked one above it."""
    folder = root / ".husky/_"
    folder.mkdir(parents=True)
    (folder / ".gitignore").write_text("*\n")
    (folder / "h").write_text(
        'n=$(basename "$0"); s=$(dirname "$(dirname "$0")")/$n; [ ! -f "$s" ] && exit 0\n'
        'export PATH="node_modules/.bin:$PATH"; sh -e "$s" "$@"; exit $?\n'
    )
    for name in ("pre-merge-commit", "commit-msg", "prepare-commit-msg", "post-merge", "pre-commit"):
        hook(folder / name, '. "$(dirname "$0")/h"')
    git(root, "config", "core.hooksPath", ".husky/_")
    return root / ".husky"


def shared(root: Path) -> Path:
    return root / ".git/hooks"


@pytest.mark.parametrize("where", [husky, shared])
@pytest.mark.parametrize("name", ["pre-merge-commit", "commit-msg", "prepare-commit-msg"])
def test_a_hook_that_refuses_refuses_the_merge(merge_repo: MergeRepo, where: object, name: str) -> None:
    folder = where(merge_repo.root)  # type: ignore[operator]
    hook(folder / name, "echo not today >&2; exit 1")
    outcome = merge_repo.merge()
    assert isinstance(outcome, NotMerged)
    assert (outcome.reason, "not today" in outcome.advice) == ("refused", True)


@pytest.mark.parametrize("where", [husky, shared])
def test_they_find_their_tools_and_the_merge_that_they_judge(
    merge_repo: MergeRepo, where: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "log"
    monkeypatch.setenv("LOG", str(log))
    folder = where(merge_repo.root)  # type: ignore[operator]
    hook(folder / "pre-merge-commit", "cat src/a >>$LOG; node_modules/.bin/tool")
    hook(folder / "commit-msg", 'cat "$1" >>$LOG; echo >>$LOG')
    hook(folder / "post-merge", "echo after $PWD $1 >>$LOG; git log -1 --format=%s >>$LOG")
    assert isinstance(merge_repo.merge(), Merged)
    first, tool, message, after, subject = log.read_text().splitlines()
    assert (first, message, subject) == ("a", "Merge A: Do `a`", "Merge A: Do `a`")
    assert tool.startswith(f"tool {merge_repo.root}/.git/interlock/merge/")
    assert after == f"after {merge_repo.root} 0", "afterwards, in the checkout that was merged into"
    assert (merge_repo.root / "node_modules/.bin/tool").exists()


def test_a_fast_forward_runs_those_that_git_runs_then(
    merge_repo: MergeRepo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "log"
    monkeypatch.setenv("LOG", str(log))
    git(merge_repo.tree, "merge", "--quiet", "main")
    folder = shared(merge_repo.root)
    for name in ("pre-merge-commit", "commit-msg", "post-checkout", "post-merge"):
        hook(folder / name, f"echo {name} >>$LOG")
    assert isinstance(merge_repo.merge(), Merged)
    assert log.read_text().splitlines() == ["post-merge"]
    assert isinstance(merge_repo.merge(), Merged)
    assert log.read_text().splitlines() == ["post-merge"], "nothing was merged"


def test_a_check_does_not_share_what_the_hooks_were_lent(merge_repo: MergeRepo) -> None:
    hook(shared(merge_repo.root) / "pre-merge-commit", "test -d node_modules")
    assert isinstance(merge_repo.merge(check="test ! -e node_modules"), Merged)
