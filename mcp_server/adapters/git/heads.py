"""Where a checkout's HEAD is, and where it was at the last conflict search. On the hot path of a hook."""

from __future__ import annotations

import os

from mcp_server.adapters.host.atomic_write import private_folder, replace
from mcp_server.adapters.host.file_stamp import stamp, text_of
from mcp_server.adapters.host.repository import own_git_folder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.adapters.host.repository import Repository

FOLDER = os.path.join("conflicts", "heads")


def sign(repository: Repository) -> str:
    """A text that changes whenever the checkout moves to another commit; read from git's files without git."""
    folder = own_git_folder(repository.root)
    head = text_of(os.path.join(folder, "HEAD"))
    if not head.startswith("ref: "):
        return head
    common = os.path.dirname(repository.state)
    loose = text_of(os.path.join(common, head[5:].strip()))
    return head + (loose or (stamp(os.path.join(common, "packed-refs")) or ""))


def is_known(repository: Repository) -> bool:
    """Whether it is where it was at the last conflict search."""
    return text_of(_file(repository)) == sign(repository)


def remember(repository: Repository, seen: str) -> None:
    """Record that conflicts were searched for with the checkout at `seen`."""
    file = _file(repository)
    private_folder(os.path.dirname(file))
    replace(file, seen.encode("utf-8", "surrogateescape"))


def _file(repository: Repository) -> str:
    linked = repository.root != repository.main
    name = "linked-" + os.path.basename(own_git_folder(repository.root)) if linked else "main"
    return os.path.join(repository.state, FOLDER, name)
