"""The files of a repository on disk, for whoever reads what a build says about them.

On the path of a hook: git is asked only when a name is no path from a known folder, for a bounded time, and started
without the `subprocess` module, whose import takes longer than git does.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from io import FileIO

MOST_FILES = 200_000
MOST_FOUND = 50
SECONDS = 2.0
LARGEST_TEXT = 64 * 1024
_PASSED_BY = frozenset((".git", "node_modules", ".venv", "venv", "__pycache__", ".tox", "target", "dist", "build"))


class SourceTree:
    """The files below `root`, an absolute path."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._real = os.path.realpath(root)
        self._by_name: dict[str, list[str]] | None = None

    @property
    def root(self) -> str:
        """The absolute path of the repository."""
        return self._root

    def is_file(self, path: str) -> bool:
        """Whether the repo-relative `path` is a file inside the repository."""
        try:
            return os.path.isfile(os.path.join(self._root, path))
        except ValueError:  # a name that no file system has
            return False

    def find(self, suffix: str) -> list[str]:
        """The files that git knows, or would, whose path is `suffix` or ends with `/suffix`."""
        if self._by_name is None:
            self._by_name = _by_name(self._listing())
        known = self._by_name.get(suffix.rpartition("/")[2], [])
        found = [path for path in known if path == suffix or path.endswith("/" + suffix)]
        return [path for path in found[:MOST_FOUND] if self.is_file(path)]

    def text(self, path: str) -> str:
        """The beginning of a file of the repository, or nothing when it cannot be read."""
        try:
            if not os.path.realpath(os.path.join(self._root, path)).startswith(self._real + os.sep):
                return ""
            with open(os.path.join(self._root, path), encoding="utf-8", errors="replace") as handle:
                return handle.read(LARGEST_TEXT)
        except (OSError, ValueError):
            return ""

    def _listing(self) -> list[str]:
        command = ["git", "-C", self._root, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        listed = _printed(command)
        return _walked(self._root) if listed is None else os.fsdecode(listed).split("\0")[:MOST_FILES]


def _printed(command: list[str]) -> bytes | None:
    """What a program prints, or None when it fails or takes too long."""
    if not hasattr(os, "posix_spawnp"):
        return _printed_by_subprocess(command)
    reading, writing = os.pipe()
    try:
        quiet = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_RDWR, 0) for number in (0, 2)]
        into = [(os.POSIX_SPAWN_DUP2, writing, 1)]
        process = os.posix_spawnp(command[0], command, os.environ, file_actions=[*quiet, *into])
    except OSError:
        os.close(reading)
        return None
    finally:
        os.close(writing)
    with open(reading, "rb", buffering=0) as pipe:
        printed = _read(pipe)
    if printed is None:
        os.kill(process, 9)
    _, status = os.waitpid(process, 0)
    return printed if status == 0 else None


def _read(pipe: FileIO) -> bytes | None:
    from select import select
    from time import monotonic

    until = monotonic() + SECONDS
    parts: list[bytes] = []
    while select([pipe], [], [], max(until - monotonic(), 0))[0]:
        part = pipe.read(1 << 20)
        if not part:
            return b"".join(parts)
        parts.append(part)
    return None


def _printed_by_subprocess(command: list[str]) -> bytes | None:
    import subprocess

    try:
        return subprocess.run(command, capture_output=True, timeout=SECONDS, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return None


def _walked(root: str) -> list[str]:
    found: list[str] = []
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if name not in _PASSED_BY)
        inside = os.path.relpath(folder, root).replace(os.sep, "/")
        found.extend(name if inside == "." else f"{inside}/{name}" for name in files)
        if len(found) >= MOST_FILES:
            break
    return found[:MOST_FILES]


def _by_name(paths: list[str]) -> dict[str, list[str]]:
    named: dict[str, list[str]] = {}
    for path in paths:
        if path:
            named.setdefault(path.rpartition("/")[2], []).append(path)
    return named
