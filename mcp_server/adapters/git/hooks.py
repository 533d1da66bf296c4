"""Git's hooks in a checkout: where they are, how another checkout runs them, and which of them it lacks.

`core.hooksPath` is often relative and ignored, as husky has it: then each checkout has hooks of its own, or none.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from shlex import quote

from mcp_server.adapters.git import runner
from mcp_server.adapters.host.repository import own_git_folder

SETTING = "core.hooksPath"
BORROWED = "interlock-hooks"
AFTERWARDS = ("post-merge", "post-checkout", "post-commit", "post-rewrite", "post-applypatch")
"""They are for the checkout that was merged into, and not for a temporary one."""
NEEDED = ("node_modules", ".venv", "venv")
"""Where hooks find the programs that they run. A temporary checkout has none of it."""


def run(root: str, name: str, *arguments: str) -> None:
    """Run a hook in a checkout, if it has one. As git does after the fact, whatever comes of it."""
    runner.run(root, "hook", "run", "--ignore-missing", name, "--", *arguments, seconds=None, programs=True)


@contextmanager
def borrowed(there: str, tree: str) -> Iterator[Sequence[str]]:
    """The options with which git, in the temporary checkout `tree`, runs the hooks of the checkout `there`."""
    folder = _folder(there)
    names = [name for name in _hooks(folder) if name not in AFTERWARDS]
    if folder is None or not names:
        yield runner.NO_HOOKS
        return
    links = [name for name in NEEDED if _can_link(there, tree, name)]
    for name in links:
        os.symlink(os.path.join(there, name), os.path.join(tree, name))
    own = Path(own_git_folder(tree), BORROWED)
    own.mkdir(exist_ok=True)
    for name in names:
        file = own / name
        file.write_text(f'#!/bin/sh\nexec {quote(os.path.join(folder, name))} "$@"\n', encoding="utf-8")
        file.chmod(0o755)
    try:
        yield ("-c", f"{SETTING}={own}")
    finally:
        shutil.rmtree(own, ignore_errors=True)
        for name in links:
            Path(tree, name).unlink(missing_ok=True)


def lacking(source: str, new: str) -> list[str]:
    """The files of the hooks that the checkout `source` has, git does not track, and the checkout `new` lacks."""
    path = configured(source)
    if path is None or os.path.isabs(path) or not os.path.isdir(os.path.join(source, path)):
        return []
    listed = runner.records(runner.run(source, "ls-files", "-z", "--others", "--", path).out)
    return [file for file in listed if not file.endswith("/") and not os.path.lexists(os.path.join(new, file))]


def configured(root: str) -> str | None:
    """The folder that the person configured for hooks, as git finds it in this checkout; None for git's own."""
    said = runner.run(root, "config", "--type=path", "--get", SETTING, programs=True)
    return runner.text(said.out).rstrip("\n") or None if said.code == 0 else None


def configure(root: str, path: str) -> None:
    """Set the folder for this worktree alone. Refuses (GitRefused) a repository without settings of worktrees."""
    runner.ask(root, "config", "--worktree", SETTING, path, programs=True)


def _folder(root: str) -> str | None:
    asked = ("rev-parse", "--path-format=absolute", "--git-path", "hooks")
    said = runner.run(root, *asked, programs=True)
    return runner.text(said.out).rstrip("\n") if said.code == 0 else None


def _hooks(folder: str | None) -> list[str]:
    if folder is None or not os.path.isdir(folder):
        return []
    files = ((name, os.path.join(folder, name)) for name in sorted(os.listdir(folder)))
    return [name for name, file in files if "." not in name and os.path.isfile(file) and os.access(file, os.X_OK)]


def _can_link(there: str, tree: str, name: str) -> bool:
    return os.path.isdir(os.path.join(there, name)) and not os.path.lexists(os.path.join(tree, name))
