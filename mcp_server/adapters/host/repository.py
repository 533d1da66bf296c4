"""Where a path really is, which worktree it belongs to, and where that repository keeps Interlock's state.

On the hot path of a hook: nothing but `os` is imported.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

STATE_FOLDER = "interlock"
OUTSIDE_GIT = os.path.join(".claude", STATE_FOLDER)
WORKFLOWS = "workflows"
SETTINGS = os.path.join(".claude", "interlock.toml")
HOME = "home"
"""The file in the state that names the worktree with the settings and texts, where git has no main worktree of its own.
A second line names the main worktree of a separate git folder, which git does not record either."""


class Repository:
    """One repository as seen from one of its worktrees. `state` is where its state is, or would be.

    `main` is the main worktree, or where there is none the one in which the repository was put into use. `git_folder`
    says that `root` is no worktree but the folder of git's own files.
    """

    __slots__ = ("git_folder", "main", "root", "state")

    def __init__(self, root: str, state: str, main: str, *, git_folder: bool = False) -> None:
        self.root = root
        self.state = state
        self.main = main
        self.git_folder = git_folder

    @property
    def in_use(self) -> bool:
        """Whether Interlock is in use here: the folder of its state is there."""
        return os.path.isdir(self.state) and (self.is_in_git or holds_state(self.state))

    @property
    def settings(self) -> str:
        """The settings file: the main worktree's, since one repository has one policy."""
        return os.path.join(self.main, SETTINGS)

    @property
    def is_in_git(self) -> bool:
        """Whether it is git's, and so may have other worktrees."""
        return not self.state.endswith(OUTSIDE_GIT)

    def relative(self, path: str) -> str:
        """A real path below `root` as scopes see it: relative to it, with `/`."""
        relative = os.path.relpath(path, self.root).replace(os.sep, "/")
        return ".git/" + relative if self.git_folder else relative


def holds_state(folder: str) -> bool:
    """Whether a folder of state is one: outside git it may hold nothing but workflows, which are the project's own."""
    return os.listdir(folder) != [WORKFLOWS]


def real(path: str, directory: str) -> str:
    """`path` where it really is: absolute, no `..`, no links, `~` resolved, in the file system's own spelling."""
    joined = os.path.join(directory, os.path.expanduser(path))
    resolved = os.path.realpath(joined)
    return _spelled(resolved) if _folds_case() else resolved


def used_at(path: str, project: str | None) -> Repository | None:
    """The innermost repository in use that the real `path` lies in, or None.

    A repository inside another one (a submodule, say) that is not in use leaves the path to the outer one.
    """
    for folder in _upwards(path):
        repository = _from_git_entry(folder)
        if repository is not None and repository.in_use:
            is_worktree = folder in (repository.root, path)
            return repository if is_worktree else _outside_git(path, project)
        if os.path.exists(os.path.join(folder, STATE_FOLDER, "state.db")) and os.path.exists(
            os.path.join(folder, "HEAD")
        ):
            return _of_git_folder(folder, is_start=path == folder)
    return _outside_git(path, project)


def repository_of(directory: str, project: str | None = None) -> Repository:
    """The repository that the real `directory` lies in, in use or not; outside git, the project directory's."""
    for folder in _upwards(directory):
        repository = _from_git_entry(folder)
        if repository is not None:
            return repository
    for folder in _upwards(directory):
        if _is_bare(folder):
            return _of_git_folder(folder, is_start=True)
    root = project or directory
    return Repository(root, os.path.join(root, OUTSIDE_GIT), root)


def own_git_folder(root: str) -> str:
    """The folder that git keeps for the worktree at `root` alone, as its `.git` says, be that a folder or a file."""
    entry = os.path.join(root, ".git")
    return _pointed_to(entry, "gitdir: ", root) or entry


def _outside_git(path: str, project: str | None) -> Repository | None:
    if not project:
        return None
    root = os.path.realpath(project)
    repository = Repository(root, os.path.join(root, OUTSIDE_GIT), root)
    inside = path == root or path.startswith(root.rstrip(os.sep) + os.sep)
    return repository if inside and repository.in_use else None


def core_setting(common: str, name: str) -> str:
    """A setting of git's section `core` in the repository with this git folder, as written; empty if not set."""
    found = ""
    for file in ("config", "config.worktree"):
        section = ""
        for line in _text(os.path.join(common, file)).splitlines():
            text = line.strip()
            if text.startswith("["):
                section, _, text = text.partition("]")
            key, equals, value = text.partition("=")
            if section.strip("[ ").lower() == "core" and key.strip().lower() == name:
                found = value.strip().strip('"') if equals else "true"
    return found


def home_of(state: str) -> list[str]:
    """What is recorded in the state: the worktree with the settings and texts, and the main one if that is another."""
    return _text(os.path.join(state, HOME)).splitlines()


def main_worktree(common: str) -> str | None:
    """The main worktree of the repository with this git folder; None where there is none, or git does not record it."""
    if core_setting(common, "bare").lower() == "true":
        return None
    if os.path.basename(common) == ".git":
        return os.path.dirname(common)
    configured = core_setting(common, "worktree")
    if configured:
        return os.path.realpath(os.path.join(common, configured))
    known = reversed(home_of(os.path.join(common, STATE_FOLDER)))
    return next((root for root in known if own_git_folder(root) == common), None)


def _from_git_entry(folder: str) -> Repository | None:
    entry = os.path.join(folder, ".git")
    if os.path.isdir(entry):
        own = common = entry
    else:
        pointed = _pointed_to(entry, "gitdir: ", folder)
        if pointed is None:
            return None
        own, common = pointed, _pointed_to(os.path.join(pointed, "commondir"), "", pointed) or pointed
    state = os.path.join(common, STATE_FOLDER)
    home = home_of(state)[:1]
    if not home:
        return Repository(folder, state, _main(folder, own, common))
    if own != common or core_setting(common, "bare").lower() != "true":
        return Repository(folder, state, home[0])
    # The folder around a bare repository and its worktrees: whoever is there works in the one with the settings.
    return Repository(home[0] if os.path.isdir(home[0]) else folder, state, home[0])


def _main(folder: str, own: str, common: str) -> str:
    if own == common:
        return folder
    if os.path.basename(common) == ".git":
        return os.path.dirname(common)
    configured = core_setting(common, "worktree")
    return os.path.realpath(os.path.join(common, configured)) if configured else folder


def _of_git_folder(folder: str, *, is_start: bool) -> Repository:
    """A bare repository's own folder; whoever starts there works in the worktree with the settings, if there is one."""
    state = os.path.join(folder, STATE_FOLDER)
    home = next(iter(home_of(state)), "")
    if is_start and home and os.path.isdir(home):
        return Repository(home, state, home)
    return Repository(folder, state, home or os.path.dirname(folder), git_folder=True)


def _is_bare(folder: str) -> bool:
    """Whether this is the folder of git's own files, as a bare repository is."""
    return os.path.isfile(os.path.join(folder, "HEAD")) and all(
        os.path.isdir(os.path.join(folder, name)) for name in ("objects", "refs")
    )


def _pointed_to(file: str, prefix: str, base: str) -> str | None:
    text = _text(file).strip()
    if not text or not text.startswith(prefix):
        return None
    return os.path.realpath(os.path.join(base, text[len(prefix) :]))


def _text(file: str) -> str:
    try:
        with open(file, encoding="utf-8", errors="surrogateescape") as handle:
            return handle.read(1 << 16)
    except OSError:
        return ""


def _upwards(path: str) -> Iterator[str]:
    folder = path
    while True:
        yield folder
        above = os.path.dirname(folder)
        if above == folder:
            return
        folder = above


def _folds_case() -> bool:
    return sys.platform in ("darwin", "win32")


def _spelled(path: str) -> str:
    """`path` as the directories on the way spell it; parts that do not exist stay as they are."""
    above, name = os.path.split(path)
    if not name or above == path:
        return path
    above = _spelled(above)
    try:
        names = os.listdir(above)
    except OSError:
        return os.path.join(above, name)
    return os.path.join(above, name if name in names else _same_name(name, names))


def _same_name(name: str, names: list[str]) -> str:
    from unicodedata import normalize  # only where a file system folds names

    def folded(text: str) -> str:
        return normalize("NFC", text).casefold()

    wanted = folded(name)
    return next((candidate for candidate in names if folded(candidate) == wanted), name)
