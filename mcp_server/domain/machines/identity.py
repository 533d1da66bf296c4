"""Whether two checkouts belong to one repository: by where their history begins, and by their remotes.

Clones and forks of one team meet; two teams that forked the same public project do not.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import unquote

_URL = re.compile(r"(?P<scheme>[a-z][a-z0-9+.-]*)://(?P<rest>.*)", re.IGNORECASE | re.DOTALL)
_HELPER = re.compile(r"(?P<helper>[a-z][a-z0-9+.-]*)::(?P<rest>.*)", re.IGNORECASE | re.DOTALL)
_SCP = re.compile(r"(?:[^/:@\[\]]*(?::[^/@]*)?@)?(?P<host>\[[^\]/]*\]|[^/:\[\]]+):(?P<path>.*)", re.DOTALL)
_HOST = re.compile(r"(?P<host>\[[^\]]*\]|[^:\[\]]*)(?::(?P<port>[0-9]*))?")
_PORTS = {"http": "80", "https": "443", "ssh": "22", "git+ssh": "22", "ssh+git": "22", "git": "9418"}
_SAME = {
    "ssh.github.com:443": "github.com",
    "altssh.gitlab.com:443": "gitlab.com",
    "altssh.bitbucket.org:443": "bitbucket.org",
    "www.github.com": "github.com",
}
"""Hosts of the same service."""
_RUNS_A_COMMAND = ("ext", "fd")


class Identity(NamedTuple):
    """What tells one checkout's repository: the first commit of its main line, and the addresses of its remotes.

    No `root`: the clone is shallow, or has no commit. `origin` is the remote that it was cloned from.
    """

    root: str | None
    origin: str | None
    remotes: frozenset[str]


class Known(NamedTuple):
    """What is known of a repository by the checkouts that belong to it."""

    root: str | None
    origins: frozenset[str]
    remotes: frozenset[str]

    def with_another(self, mine: Identity) -> Known:
        """The same, once this checkout belongs to it."""
        origin = frozenset(() if mine.origin is None else (mine.origin,))
        return Known(self.root or mine.root, self.origins | origin, self.remotes | mine.remotes)


def is_same(known: Known, mine: Identity) -> bool:
    """Whether a checkout belongs to a repository that is known."""
    if None not in (known.root, mine.root) and known.root != mine.root:
        return False
    if not known.remotes and not known.origins and not mine.remotes:
        return mine.root is not None and known.root == mine.root
    mine_there = mine.origin is not None and mine.origin in known.origins | known.remotes
    return mine_there or not known.origins.isdisjoint(mine.remotes)


def address(url: str) -> str | None:
    """The address of a remote, `host/path`: however it is reached, and without what lets somebody in.

    None for a path of this machine, which only its file system can tell, and for a command.
    """
    url = url.strip()
    helper = _HELPER.fullmatch(url)
    if helper is not None:
        return _of_helper(helper["helper"].lower(), helper["rest"])
    found = _URL.fullmatch(url)
    if found is not None:
        return _of_url(found["scheme"].lower(), found["rest"])
    scp = None if is_local(url) else _SCP.fullmatch(url)
    return None if scp is None else _joined(scp["host"], "", scp["path"])


def is_local(url: str) -> bool:
    """Whether git takes it for a path of this machine."""
    if _HELPER.fullmatch(url) is not None:
        return False
    if _URL.fullmatch(url) is not None:
        return url.lower().startswith("file://")
    colon, slash = url.find(":"), url.find("/")
    return colon < 0 or -1 < slash < colon


def path_of(url: str) -> str:
    """The path that a local address names; of `file://` what is behind it."""
    if not url.lower().startswith("file://"):
        return url
    rest = url[len("file://") :]
    return unquote(rest if rest.startswith("/") else "/" + rest.partition("/")[2])


def without_ending(path: str) -> str:
    """A path without what a repository's name may end with: slashes, `.git`."""
    return path.rstrip("/").removesuffix(".git").rstrip("/")


def _of_helper(name: str, rest: str) -> str | None:
    """The address that git hands to another program; some of these have a name alone, in a region."""
    there = None if name in _RUNS_A_COMMAND else address(rest)
    found = _URL.fullmatch(rest)
    if there is None and found is not None and name not in _RUNS_A_COMMAND:
        there = _of_url(found["scheme"].lower(), f"{found['scheme']}/{rest.rpartition('/')[2].rpartition('@')[2]}")
    return None if there is None else f"{name}::{there}"


def _of_url(scheme: str, rest: str) -> str | None:
    if scheme == "file":
        return None
    authority, _, path = re.split(r"[?#]", rest, maxsplit=1)[0].partition("/")
    found = _HOST.fullmatch(authority.rpartition("@")[2])
    if found is None or not found["host"]:
        return None
    port = found["port"] or ""
    return _joined(found["host"], "" if port == _PORTS.get(scheme) else port, unquote(path))


def _joined(host: str, port: str, path: str) -> str | None:
    place = host.lower().rstrip(".") + (f":{port}" if port else "")
    below = without_ending(re.sub(r"/+", "/", path).lstrip("/"))
    return f"{_SAME.get(place, place)}/{below}" if below else None
