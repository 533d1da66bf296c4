"""The files of a checkout that git ignores and that `.worktreeinclude`, or a pattern, asks to have in others too."""

from __future__ import annotations

import os

from mcp_server.adapters.git import runner
from mcp_server.adapters.worktree_setup.clone_folder import copy
from mcp_server.domain.worktree import Trouble

FILE = ".worktreeinclude"


def copy_included(source: str, new: str, patterns: tuple[str, ...]) -> int:
    """Copy them from one checkout to another; how many that were. What is there stays, links are passed over.

    Refuses (Trouble) naming the file that cannot be copied.
    """
    done = 0
    for path in _included(source, new, patterns):
        try:
            done += _copied(source, new, path)
        except OSError as error:
            raise Trouble(f"{path} cannot be copied: {error.strerror or error}") from error
    return done


def _included(source: str, new: str, patterns: tuple[str, ...]) -> list[str]:
    """Ignored and untracked, in the order of their names."""
    file = next((found for root in (new, source) if os.path.isfile(found := os.path.join(root, FILE))), None)
    asked = [f"--exclude-from={file}"] if file else []
    asked += [f"--exclude={pattern}" for pattern in patterns]
    if not asked:
        return []
    listing = ("ls-files", "-z", "--others", "--ignored")
    wanted = runner.records(runner.ask(source, *listing, *asked, seconds=None))
    ignored = set(runner.records(runner.ask(source, *listing, "--exclude-standard", seconds=None)))
    return sorted(path for path in wanted if path in ignored and not path.endswith("/"))


def _copied(source: str, new: str, path: str) -> bool:
    taken, given = os.path.join(source, path), os.path.join(new, path)
    folder = os.path.dirname(given)
    inside = (os.path.realpath(folder) + os.sep).startswith(os.path.realpath(new) + os.sep)
    if os.path.islink(taken) or not os.path.isfile(taken) or os.path.lexists(given) or not inside:
        return False
    os.makedirs(folder, exist_ok=True)
    draft = f"{given}.interlock-{os.getpid()}"
    try:
        copy(taken, draft)
        os.link(draft, given)
    except FileExistsError:
        return False
    finally:
        if os.path.lexists(draft):
            os.unlink(draft)
    return True
