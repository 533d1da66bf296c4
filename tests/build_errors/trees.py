"""A repository given by the names of its files and the texts of some."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mcp_server.build_errors.reader import read
from mcp_server.build_errors.reading import Report

ROOT = "/home/dev/acme"


class NamedTree:
    """The tree of a test; it counts how often it is searched."""

    def __init__(self, files: Iterable[str] | Mapping[str, str], root: str = ROOT) -> None:
        self.root = root
        self.searches = 0
        self._texts = dict(files) if isinstance(files, Mapping) else dict.fromkeys(files, "")

    def is_file(self, path: str) -> bool:
        return path in self._texts

    def find(self, suffix: str) -> list[str]:
        self.searches += 1
        return [path for path in self._texts if path == suffix or path.endswith("/" + suffix)]

    def text(self, path: str) -> str:
        return self._texts.get(path, "")


def report(
    output: str,
    files: Iterable[str] | Mapping[str, str],
    *,
    command: str = "make",
    exit_code: int | None = 1,
    cwd: str = ROOT,
    root: str = ROOT,
) -> Report:
    """What is read from an output in a repository with these files."""
    return read(output, command=command, exit_code=exit_code, cwd=cwd, tree=NamedTree(files, root))


def blamed(
    output: str,
    files: Iterable[str] | Mapping[str, str],
    *,
    command: str = "make",
    exit_code: int | None = 1,
    cwd: str = ROOT,
    root: str = ROOT,
) -> list[str]:
    """The files in which an output reports errors."""
    return sorted(report(output, files, command=command, exit_code=exit_code, cwd=cwd, root=root).files)
