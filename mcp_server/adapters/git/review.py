"""What was done for a task, as git tells it: counted, or shown in the pager or the editor that the person has."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Sequence
from typing import NamedTuple

from mcp_server.adapters.git import runner
from mcp_server.adapters.git.remote.names import remote_of, tracking
from mcp_server.adapters.git.work.worktree import GitWork
from mcp_server.domain.scopes.scope import parse
from mcp_server.domain.worktree import Worktree
from mcp_server.ports.reviews import Begin, Changes

EMPTY_TREE = ("hash-object", "-t", "tree", "--stdin")


class _Range(NamedTuple):
    """What is compared: in `root` everything since `start`, as it is there or at the commit `end`, in `paths`."""

    root: str
    start: str
    end: str | None
    paths: tuple[str, ...]

    @property
    def words(self) -> tuple[str, ...]:
        """The same for git."""
        return (self.start, *((self.end,) if self.end else ()), "--", *self.paths)


class GitWorks:
    """What was done in the checkouts of one repository."""

    def __init__(self, root: str, state: str) -> None:
        self._root = root
        self._work = GitWork(root, state)

    def changes(self, begin: Begin) -> Changes | None:
        """How much was changed; None outside git, and where the work is gone."""
        try:
            return self._counted(self._range(begin))
        except (runner.GitRefused, OSError):
            return None

    def show(self, begin: Begin, *, editor: bool) -> bool:
        """Show the difference, with the person's own git settings; False if there is none.

        Refuses (GitRefused) outside git, and where the work is gone.
        """
        found = self._range(begin)
        for path in self._untracked(found):
            print(f"new, and not known to git: {path}", flush=True)
        if self._counted(found).files == 0:
            return False
        if not editor:
            runner.show(found.root, "diff", *found.words)
        elif not runner.run(found.root, "config", "diff.tool").code:
            runner.show(found.root, "difftool", "--dir-diff", *found.words)
        else:
            _in_editor(found)
        return True

    def _counted(self, found: _Range) -> Changes:
        said = runner.ask(found.root, *runner.DIFF, "--numstat", "-z", "--no-renames", *found.words)
        rows = [row.split("\t", 2)[:2] for row in runner.records(said)]
        added, removed = (sum(int(row[at]) for row in rows if row[at].isdigit()) for at in (0, 1))
        return Changes(len(rows), added, removed, len(self._untracked(found)))

    def _untracked(self, found: _Range) -> list[str]:
        if found.end is not None:
            return []
        return runner.records(
            runner.ask(found.root, "ls-files", "-z", "--others", "--exclude-standard", "--", *found.paths)
        )

    def _range(self, begin: Begin) -> _Range:
        if begin.host is not None:
            return self._of_another_machine(begin, begin.host)
        return self._of_worktree(begin.worktree) if begin.worktree is not None else self._of_checkout(begin)

    def _of_worktree(self, worktree: Worktree) -> _Range:
        """What its branch has beyond its base, and what is not committed there; all of it, once that is merged."""
        work = self._work.of(worktree)
        tip = work.commit or work.arrived or self._ask("rev-parse", "--verify", f"refs/heads/{worktree.branch}")
        fork = self._ask("merge-base", f"refs/heads/{worktree.base}", tip)
        start = worktree.start if fork == tip and tip != worktree.start else fork
        return _Range(work.root or self._root, start, None if work.root is not None else tip, ())

    def _of_another_machine(self, begin: Begin, host: str) -> _Range:
        """What was pushed of it, as far as that was fetched, beyond its base."""
        work = begin.pushed
        remote = remote_of(self._root, work.base) if work is not None else None
        if work is None or remote is None:
            raise _not_here(host, None)
        onto = self._tip(tracking(remote, work.base)) or self._tip(f"refs/heads/{work.base}")
        tip = (work.merged and self._tip(work.merged)) or self._tip(tracking(remote, work.branch))
        if not onto or not tip:
            raise _not_here(host, work.branch)
        return _Range(
            self._root, self._ask("merge-base", onto, tip), tip, _pathspecs(begin.scope) if work.merged else ()
        )

    def _tip(self, revision: str) -> str:
        done = runner.run(self._root, "rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}")
        return runner.text(done.out).strip() if done.code == 0 else ""

    def _of_checkout(self, begin: Begin) -> _Range:
        """What was committed in the scope since work began, and what is not committed there."""
        root = begin.root if os.path.isdir(begin.root) else self._root
        before = runner.run(root, "rev-list", "--max-count=1", f"--before=@{int(begin.at) - 1} +0000", "HEAD")
        start = runner.text(before.out).strip() or runner.text(runner.ask(root, *EMPTY_TREE)).strip()
        return _Range(root, start, None, _pathspecs(begin.scope))

    def _ask(self, *words: str) -> str:
        return runner.text(runner.ask(self._root, *words)).strip()


def _not_here(host: str, branch: str | None) -> runner.GitRefused:
    way = f"; if its branch {branch} is pushed: git fetch" if branch is not None else ""
    return runner.GitRefused(
        ("diff",), runner.NOT_STARTED, f"the work is on {host}, and was not fetched from there{way}".encode()
    )


def _pathspecs(patterns: Sequence[str]) -> tuple[str, ...]:
    scope = parse(patterns)
    wanted = [f":(glob,top){pattern}" for pattern in scope.alternatives]
    if not wanted:
        return (":(exclude,glob,top)**",)
    return (*wanted, *(f":(exclude,glob,top){pattern}" for pattern in scope.exclusions))


def _in_editor(found: _Range) -> None:
    """The difference as a text in the person's editor, which git knows."""
    editor = runner.text(runner.ask(found.root, "var", "GIT_EDITOR", programs=True)).strip()
    with tempfile.NamedTemporaryFile("wb", suffix=".diff") as file:
        file.write(runner.ask(found.root, *runner.DIFF, *found.words))
        file.flush()
        command = ["sh", "-c", f'{editor} "$1"', "sh", file.name]
        subprocess.run(command, cwd=found.root, env=runner.without_location(), check=False)
