"""Fast-forwards the checkout of a branch after the branch has moved. Idempotent.

Killed at any moment and repeated, it has the same result: each file is replaced atomically, and a file that is neither
the old nor the new version is somebody's own work and stays.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from mcp_server.adapters.git import runner

NOTHING, SUBMODULE = "000000", "160000"
OURS = b"interlock: the checkout follows its branch\n"
"""The content of git's index lock while we hold it, by which a lock that we left behind is recognised."""
BUSY = ("MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "rebase-merge", "rebase-apply", "BISECT_LOG")


class _Change(NamedTuple):
    path: str
    old_mode: str
    old: str
    new_mode: str
    new: str

    @property
    def is_file(self) -> bool:
        return SUBMODULE not in (self.old_mode, self.new_mode)


def obstacle(root: str, old: str, new: str) -> str | None:
    """Why the checkout cannot be fast-forwarded from `old` to `new`, in words; None when it can.

    What is not committed there is no obstacle where the change does not meet it: it stays, staged or not.
    """
    for name in BUSY:
        if os.path.lexists(runner.line(root, "rev-parse", "--path-format=absolute", "--git-path", name)):
            return f"{root} is in the middle of something ({name}); finish or abort it first"
    if runner.run(root, "config", "--bool", "core.sparseCheckout").out.strip() == b"true":
        return f"{root} is a sparse checkout, which is not supported; merge there by hand"
    lock = _index_file(root).with_name("index.lock")
    if lock.exists() and lock.read_bytes() != OURS:
        return f"another git is at work in {root}; try again when it has ended, or if none runs: rm {lock}"
    if not _may_write(root):
        return (
            f"this process may not write in {root}. The command of an agent with a claim is confined to its scope: "
            "finish the task first, or let a person run it"
        )
    changes = _changes(root, old, new)
    touched = {change.path for change in changes}
    closed = _closed(root, touched)
    if closed:
        return f"this process may not write in {root}/{closed}, where the merge would"
    dirty = _meeting(_dirty(root), touched)
    if dirty:
        return (
            f"{root} has uncommitted changes where the merge would write: {_named(dirty)}; commit or stash them there"
        )
    in_the_way = [change.path for change in changes if _is_in_the_way(root, change, touched)]
    if in_the_way:
        return f"{root} has files that git does not know and that would be overwritten: {_named(in_the_way)}"
    return None


def follow(root: str, old: str, new: str) -> list[str]:
    """Update the checkout from `old` to `new`, where it is not there yet; returns the files that were left unchanged.

    Refuses (OSError) while another git is working there; it can be repeated later.
    """
    changes = _changes(root, old, new)
    with _index(root) as index, _folder(root) as folder:
        left = _left(root, folder, changes)
        draft = folder / "index"
        if index.exists():
            shutil.copy2(index, draft)  # with its time, by which git knows which entries may be stale
        env = {"GIT_INDEX_FILE": str(draft)}
        _enter(root, changes, env)
        brought = [change for change in changes if change.path not in left and change.is_file]
        _place(root, folder, brought)
        runner.run(root, "update-index", "-q", "--refresh", env=env, programs=True)
        os.replace(draft, index)
    return sorted(left)


def _changes(root: str, old: str, new: str) -> list[_Change]:
    said = runner.text(runner.ask(root, "diff-tree", "-r", "-z", "--no-renames", old, new)).split("\0")
    found = []
    for described, path in zip(said[::2], said[1::2], strict=False):
        old_mode, new_mode, old_blob, new_blob, _ = described.lstrip(":").split(" ")
        found.append(_Change(path, old_mode, old_blob, new_mode, new_blob))
    return found


def _left(root: str, folder: Path, changes: Sequence[_Change]) -> set[str]:
    """The files whose content is neither the old nor the new one. A missing file is nobody's work."""
    there = [change for change in changes if change.is_file and os.path.lexists(os.path.join(root, change.path))]
    folders = {change.path for change in there if _is_folder(root, change.path)}
    files = [change for change in there if change.path not in folders]
    was = [f"{change.old_mode} {change.old}\t{change.path}" for change in files if change.old_mode != NOTHING]
    is_to_be = [f"{change.new_mode} {change.new}\t{change.path}" for change in files if change.new_mode != NOTHING]
    as_before, as_after = _as(root, folder / "before", was), _as(root, folder / "after", is_to_be)
    left = {change.path for change in files} - as_before - as_after
    going = {change.path for change in changes if change.new_mode == NOTHING} - left
    in_the_way = {change.path for change in there if change.path in folders and change.new_mode != NOTHING}
    return left | {path for path in in_the_way if not _holds_only(root, path, going)}


def _is_folder(root: str, path: str) -> bool:
    place = os.path.join(root, path)
    return os.path.isdir(place) and not os.path.islink(place)


def _holds_only(root: str, path: str, known: Collection[str]) -> bool:
    """Whether every file in this folder is one of those."""
    inside = (os.path.join(folder, name) for folder, _, names in os.walk(os.path.join(root, path)) for name in names)
    return all(os.path.relpath(found, root) in known for found in inside)


def _as(root: str, index: Path, entries: Sequence[str]) -> set[str]:
    """Of these index entries the paths whose files say the same, by git's own comparison with its filters."""
    env = {"GIT_INDEX_FILE": str(index)}
    runner.ask(root, "update-index", "-z", "--index-info", given=runner.null_ended(entries), env=env)
    runner.run(root, "update-index", "-q", "--refresh", env=env, programs=True)
    other = runner.records(runner.ask(root, "diff-files", "-z", "--name-only", env=env, programs=True))
    return {entry.partition("\t")[2] for entry in entries} - set(other)


def _enter(root: str, changes: Sequence[_Change], env: dict[str, str]) -> None:
    """Enter the new versions into the index, except where somebody has staged something else."""
    paths = [change.path for change in changes]
    staged: dict[str, str] = {}
    for start in range(0, len(paths), 500):
        part = [f":(top,literal){path}" for path in paths[start : start + 500]]
        for entry in runner.records(runner.ask(root, "ls-files", "--stage", "-z", "--", *part, env=env)):
            described, _, path = entry.partition("\t")
            staged[path] = " ".join(described.split(" ")[:2])
    entries = []
    for change in changes:
        here = staged.get(change.path, f"{NOTHING} {'0' * len(change.old)}")
        if here in (f"{change.old_mode} {change.old}", f"{change.new_mode} {change.new}"):
            entries.append(f"{change.new_mode} {change.new}\t{change.path}")
    entries.sort(key=lambda entry: not entry.startswith(NOTHING))  # a file may take the place of a folder
    runner.ask(root, "update-index", "-z", "--index-info", given=runner.null_ended(entries), env=env)


def _place(root: str, folder: Path, changes: Sequence[_Change]) -> None:
    entries = {c.path: f"{c.new_mode} {c.new}\t{c.path}" for c in changes if c.new_mode != NOTHING}
    env = {"GIT_INDEX_FILE": str(folder / "files.index")}
    runner.ask(root, "update-index", "-z", "--index-info", given=runner.null_ended(entries.values()), env=env)
    files = folder / "files"
    runner.ask(root, "checkout-index", f"--prefix={files}/", "--all", "--force", env=env, seconds=None, programs=True)
    for change in changes:
        if change.new_mode == NOTHING:
            _delete(root, change.path)
    for path in entries:
        target = Path(root, path)
        target.parent.mkdir(parents=True, exist_ok=True)
        _move(files / path, target)


def _move(source: Path, target: Path) -> None:
    try:
        os.replace(source, target)
    except OSError:
        if source.stat(follow_symlinks=False).st_dev == target.parent.stat().st_dev:
            raise
        near = target.parent / f".interlock-{os.getpid()}"
        shutil.copy2(source, near, follow_symlinks=False)
        os.replace(near, target)


def _delete(root: str, path: str) -> None:
    file = Path(root, path)
    if _is_folder(root, path):
        return
    try:
        file.unlink(missing_ok=True)
        for folder in file.parents:
            if folder == Path(root):
                break
            folder.rmdir()
    except OSError:
        if os.path.lexists(file) and not file.parent.is_file():
            raise


@contextmanager
def _index(root: str) -> Iterator[Path]:
    """The index, locked against other git processes."""
    index = _index_file(root)
    lock = index.with_name(index.name + ".lock")
    if lock.is_file() and lock.read_bytes() == OURS:
        lock.unlink()
    try:
        with lock.open("xb") as handle:
            handle.write(OURS)
    except FileExistsError:
        raise OSError(f"another git is at work in {root}: {lock} is there") from None
    try:
        yield index
    finally:
        lock.unlink(missing_ok=True)


def _index_file(root: str) -> Path:
    return Path(runner.line(root, "rev-parse", "--path-format=absolute", "--git-path", "index"))


@contextmanager
def _folder(root: str) -> Iterator[Path]:
    """A folder beside the index for what is being made; what a dead process left there is cleared."""
    folder = Path(runner.line(root, "rev-parse", "--absolute-git-dir"), "interlock-following")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _dirty(root: str) -> list[str]:
    options = ("--porcelain=v1", "-z", "--untracked-files=no", "--no-renames", "--ignore-submodules=dirty")
    return [
        entry[3:]
        for entry in runner.records(runner.ask(root, "--no-optional-locks", "status", *options, programs=True))
    ]


def _is_in_the_way(root: str, change: _Change, touched: set[str]) -> bool:
    """Whether an untracked file is where a new one has to go, or is in place of one of its folders."""
    if change.old_mode != NOTHING:
        return False
    file = os.path.join(root, change.path)
    if _is_folder(root, change.path):
        return not _holds_only(root, change.path, touched)
    if os.path.lexists(file):
        return True
    above = os.path.dirname(change.path)
    while above:
        place = os.path.join(root, above)
        if os.path.lexists(place):
            return not _is_folder(root, above) and above not in touched
        above = os.path.dirname(above)
    return False


def _may_write(root: str) -> bool:
    try:
        with tempfile.NamedTemporaryFile(prefix=".interlock-", dir=root):
            return True
    except OSError:
        return False


def _meeting(paths: Sequence[str], touched: set[str]) -> list[str]:
    """Those of the paths that are among the touched, below one of them, or above one."""
    above = {folder for path in touched for folder in _above(path)}
    return [path for path in paths if path in touched or path in above or not touched.isdisjoint(_above(path))]


def _above(path: str) -> list[str]:
    return [path[:at] for at, sign in enumerate(path) if sign == "/"]


def _closed(root: str, touched: Collection[str]) -> str | None:
    """A folder that one of the paths would be written in, or made in, and that this user may not write; else None."""
    folders = {path.rpartition("/")[0] for path in touched}
    there = (
        next((one for one in [f, *_above(f)[::-1]] if os.path.isdir(os.path.join(root, one))), "") for f in folders
    )
    return next((folder for folder in sorted(there) if not os.access(os.path.join(root, folder), os.W_OK)), None)


def _named(paths: Sequence[str]) -> str:
    shown = ", ".join(repr(path) if not path.isprintable() else path for path in paths[:5])
    return shown + (f" and {len(paths) - 5} more" if len(paths) > 5 else "")
