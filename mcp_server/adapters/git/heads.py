"""Where a checkout's HEAD is, and where it was when conflicts were last looked for. On the hot path of a hook."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.adapters.host.repository import Repository

FOLDER = os.path.join("foresight", "heads")


def sign(repository: Repository) -> str:
    """What is another whenever the checkout is on another commit; read from git's files without git."""
    folder = _git_folder(repository)
    head = _read(os.path.join(folder, "HEAD"))
    if not head.startswith("ref: "):
        return head
    common = os.path.dirname(repository.state)
    loose = _read(os.path.join(common, head[5:].strip()))
    return head + (loose or _stamp(os.path.join(common, "packed-refs")))


def is_known(repository: Repository) -> bool:
    """Whether it is where it was when conflicts were last looked for."""
    return _read(_file(repository)) == sign(repository)


def remember(repository: Repository, seen: str) -> None:
    """Conflicts have been looked for with the checkout where `seen` says."""
    file = _file(repository)
    os.makedirs(os.path.dirname(file), exist_ok=True)
    draft = f"{file}.{os.getpid()}"
    with open(draft, "w", encoding="utf-8", errors="surrogateescape") as handle:
        handle.write(seen)
    os.replace(draft, file)


def _file(repository: Repository) -> str:
    linked = repository.root != repository.main
    name = "linked-" + os.path.basename(_git_folder(repository)) if linked else "main"
    return os.path.join(repository.state, FOLDER, name)


def _git_folder(repository: Repository) -> str:
    entry = os.path.join(repository.root, ".git")
    said = _read(entry) if os.path.isfile(entry) else ""
    return os.path.join(repository.root, said[8:].strip()) if said.startswith("gitdir: ") else entry


def _read(file: str) -> str:
    try:
        with open(file, encoding="utf-8", errors="surrogateescape") as handle:
            return handle.read(8192)
    except OSError:
        return ""


def _stamp(file: str) -> str:
    try:
        found = os.stat(file)
    except OSError:
        return ""
    return f"{found.st_mtime_ns} {found.st_size} {found.st_ino}"
