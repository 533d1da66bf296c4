"""Makes a commit of everything in a checkout, uncommitted changes included, which the repository never sees.

Its objects go to a folder of Interlock's own, which reads from the repository's and adds nothing to it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from time import time
from typing import NamedTuple

from mcp_server.adapters.git import runner
from mcp_server.adapters.host.atomic_write import private_folder

MOST_NEW = 5_000
LARGEST_NEW = 20_000_000
"""More or larger new files are left out: they are nothing that is merged line by line."""
FRESH = 0.1
"""Seconds. A file stamped within them may change once more without its stamp's changing."""
STATUS = tuple("status --porcelain=v1 -z --untracked-files=all --no-renames --ignore-submodules=dirty".split())
NOBODY = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "Interlock"), ("EMAIL", "interlock@localhost"), ("DATE", "@0 +0000"))
}
"""The same content on the same commit is to give the same commit again."""


class Uncommitted(NamedTuple):
    """What in a checkout differs from its commit. `sign` changes whenever that does; None: too recent to tell."""

    paths: tuple[str, ...]
    sign: str | None


class TempObjects:
    """A folder for temporary git objects."""

    def __init__(self, folder: Path, root: str) -> None:
        self._folder = folder
        self._root = root

    @property
    def env(self) -> dict[str, str]:
        """What lets git put its objects there and find the repository's."""
        return {"GIT_OBJECT_DIRECTORY": str(self._folder / "objects")}

    def prepare(self) -> bool:
        """Create the folder, or empty it when it is too full; False when it is empty now. The caller holds the lock."""
        for left in self._folder.glob("index.*"):
            left.unlink(missing_ok=True)
        objects = self._folder / "objects"
        told = objects / "info" / "alternates"
        real = runner.line(self._root, "rev-parse", "--path-format=absolute", "--git-path", "objects")
        if _is_full(objects):
            shutil.rmtree(objects, ignore_errors=True)
        if told.is_file() and told.read_text(encoding="utf-8", errors="surrogateescape") == real + "\n":
            return True
        shutil.rmtree(objects, ignore_errors=True)
        private_folder(told.parent)
        told.write_text(real + "\n", encoding="utf-8", errors="surrogateescape")
        return False

    def commit(self, root: str, head: str, paths: Sequence[str]) -> str:
        """The commit that the checkout would be on if these paths were committed as they are."""
        index = self._folder / f"index.{os.getpid()}.{hashlib.sha256(os.fsencode(root)).hexdigest()[:16]}"
        env = {**self.env, "GIT_INDEX_FILE": str(index)}
        try:
            real = runner.line(root, "rev-parse", "--path-format=absolute", "--git-path", "index")
            shutil.copy2(real, index)  # with its time, by which git knows which of its entries it can't trust
            add = ("update-index", "--add", "--remove", "--replace", "-z", "--stdin")
            runner.ask(root, *add, given=runner.null_ended(paths), env=env)
            tree = runner.line(root, "write-tree", env=env)
        finally:
            index.unlink(missing_ok=True)
        return runner.line(root, "commit-tree", tree, "-p", head, "-m", "uncommitted", env={**self.env, **NOBODY})


def uncommitted(root: str, head: str, pathspecs: Sequence[str] | None) -> Uncommitted:
    """What in the checkout at `root`, or in that part of it, differs from `head`; refuses (GitRefused) a broken one."""
    began = time()
    scope = ("--", *pathspecs) if pathspecs is not None else ()
    entries = runner.records(runner.ask(root, *STATUS, *scope))
    new = [entry for entry in entries if entry.startswith("??")]
    tracked = [entry for entry in entries if not entry.startswith("??")]
    sign = hashlib.sha256(head.encode())
    paths: list[str] = []
    fresh = False
    for entry in tracked + (new if len(new) <= MOST_NEW else []):
        path = entry[3:]
        stamp = _stamp(os.path.join(root, path))
        if path.endswith("/") or (entry.startswith("??") and stamp and stamp[0] > LARGEST_NEW):
            continue
        paths.append(path)
        fresh = fresh or (stamp is not None and max(stamp[1:3]) > (began - FRESH) * 1e9)
        sign.update(f"\0{entry}\0{stamp}".encode("utf-8", "surrogateescape"))
    return Uncommitted(tuple(paths), None if fresh else sign.hexdigest())


def _stamp(file: str) -> tuple[int, int, int, int, int] | None:
    try:
        found = os.lstat(file)
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino, found.st_mode


def _is_full(objects: Path) -> bool:
    """Git's own way to guess how many loose objects there are: one folder of 256 stands for all."""
    try:
        return len(os.listdir(objects / "17")) > 100  # noqa: PTH208  only their number is wanted
    except OSError:
        return False
