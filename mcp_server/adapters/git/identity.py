"""Which repository a checkout belongs to, as its history and its remotes tell. Nothing is asked of the network."""

from __future__ import annotations

import os
import re

from mcp_server.adapters.git import runner
from mcp_server.adapters.git.remote.names import main_remote, remotes
from mcp_server.adapters.host.run_program import run_program
from mcp_server.domain.machines.identity import Identity, address, is_local, path_of, without_ending

_SSH = re.compile(
    r"(?:(?:ssh|git\+ssh|ssh\+git)://(?:[^/@]*@)?(?P<url>[A-Za-z0-9_-]+)(?=[:/])"
    r"|(?:[^/:@]*@)?(?P<scp>[A-Za-z0-9_-]{2,})(?=:(?!/?/)))"
)
"""An address of ssh whose host has no dot in it: perhaps only a name in the person's own configuration of ssh."""
SECONDS = 5.0


def identity(root: str) -> Identity:
    """The identity of the repository around `root`; refuses (GitRefused) where there is none."""
    base = runner.line(root, "rev-parse", "--path-format=absolute", "--git-common-dir")
    main = main_remote(root)
    found = {name: _addresses(root, name, without_ending(base)) for name in remotes(root)}
    origin = next(iter(found[main]), None) if main is not None else None
    return Identity(_root(root), origin, frozenset(known for addresses in found.values() for known in addresses))


def is_shallow(root: str) -> bool:
    """Whether the clone lacks its history's beginning, so that its root can't be told."""
    return runner.line(root, "rev-parse", "--is-shallow-repository") == "true"


def _root(root: str) -> str | None:
    """The commit in which the main line begins: of the branch that others clone, or of this checkout's."""
    if is_shallow(root):
        return None
    main = main_remote(root)
    for start in (*([f"refs/remotes/{main}/HEAD"] if main else []), "HEAD"):
        walk = ("--no-replace-objects", "rev-list", "--first-parent", "--max-parents=0", start, "--")
        done = runner.run(root, *walk, seconds=None)
        if done.code == 0 and done.out:
            return runner.text(done.out).split()[-1]
    return None


def _addresses(root: str, remote: str, base: str) -> list[str]:
    """The addresses of a remote: first as git resolves them, then as they are written."""
    resolved = runner.run(root, "remote", "get-url", "--all", remote)
    written = runner.run(root, "config", "--get-all", f"remote.{remote}.url")
    urls = [*runner.text(resolved.out).splitlines(), *runner.text(written.out).splitlines()]
    found = [_address(url, base) for url in urls if url.strip()]
    return list(dict.fromkeys(known for known in found if known is not None))


def _address(url: str, base: str) -> str | None:
    if is_local(url):
        # A relative path is meant from the main worktree, or from a bare repository itself.
        return without_ending(os.path.realpath(os.path.join(base, path_of(url))))
    return address(_of_ssh(url))


def _of_ssh(url: str) -> str:
    """The address with the host that the person's configuration of ssh means by a short name; no connection is made."""
    found = _SSH.match(url)
    if found is None:
        return url
    part = "url" if found["url"] else "scp"
    try:
        done = run_program(["ssh", "-G", "-oBatchMode=yes", found[part]], env=dict(os.environ), seconds=SECONDS)
    except (OSError, ValueError):
        return url
    said = re.search(r"^hostname (\S+)$", done.out.decode("utf-8", "replace"), re.MULTILINE)
    return url if said is None or done.code else url[: found.start(part)] + said[1] + url[found.end(part) :]
