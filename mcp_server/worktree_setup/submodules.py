"""Submodules: a new worktree has them empty, and gets those that the source has."""

from __future__ import annotations

import re

from mcp_server.domain.setup_step import Step, run
from mcp_server.worktree_setup.folder import Folder, under

FILE = ".gitmodules"
_PATH = re.compile(r"^\s*path\s*=\s*\"?(.*?)\"?\s*$", re.MULTILINE)


def steps(source: Folder | None, new: Folder) -> list[Step]:
    """One step where there are submodules, and somebody has them."""
    if not new.is_file(FILE):
        return []
    paths = _PATH.findall(new.text(FILE))
    if source is not None:
        paths = [path for path in paths if source.is_file(under(path, ".git")) or source.is_folder(under(path, ".git"))]
    if not paths:
        return []
    return [run("git", "submodule", "--quiet", "update", "--init", "--recursive", "--", *paths, name="submodules")]
