"""Explains why the environment could not be created, in plain words, with what to do about it."""

from __future__ import annotations

import contextlib
import errno
import re
from collections.abc import Iterator
from typing import NamedTuple


class SetupFailed(Exception):
    """The environment could not be created: `what` kind of failure, in `words`, and `advice`."""

    def __init__(self, what: str, words: str, advice: str) -> None:
        super().__init__(words)
        self.what, self.words, self.advice = what, words, advice

    def described(self) -> dict[str, str]:
        """What the notes of the set-up say about it."""
        return {"what": self.what, "words": self.words, "advice": self.advice}


class Kind(NamedTuple):
    """A kind of failure: how a tool's output shows it, what it means, what to do."""

    what: str
    shows: str
    words: str
    advice: str


_NO_SPACE = Kind(
    "no space",
    r"\[Errno 28\]|os error 28\b|No space left|\[Errno (122|69)\]|os error 122\b|Disk quota exceeded",
    "there is no space left on the disk (in {place}, in the cache of pip or uv, or for temporary files).",
    "Free about 200 MB and start again.",
)
_NOT_WRITABLE = Kind(
    "not writable",
    r"\[Errno (30|13|1)\]|os error (30|13|1)\b|Read-only file system|Permission denied",
    "{place} cannot be written: the disk is read-only or the folder is not yours.",
    "Make that folder writable and start again.",
)
# In this order: the output of an earlier kind may also match the pattern of a later one.
_KINDS = (
    Kind(
        "wrong hash",
        r"DO NOT MATCH THE HASHES|Hash mismatch",
        "a downloaded package is not the one that Interlock is locked to (wrong hash:{package}).",
        "If you use a package mirror, tell its administrator. Else clear the cache of pip or uv and start again.",
    ),
    _NO_SPACE,
    _NOT_WRITABLE,
    Kind(
        "certificate",
        r"CERTIFICATE_VERIFY_FAILED|certificate verify failed|invalid peer certificate|UnknownIssuer",
        "the package index{host} showed a certificate that is not trusted here (is there a proxy?).",
        "Name your organisation's certificates in SSL_CERT_FILE and PIP_CERT, then start again.",
    ),
    Kind(
        "access refused",
        r"\b(401|403|407)\b.{0,40}(Unauthorized|Forbidden|Proxy Authentication|Client Error)|401 Error",
        "the package index or proxy{host} refused access.",
        "Check the index and its sign-in in your settings of pip or uv, then start again.",
    ),
    Kind(
        "no network",
        r"connection broken by|Failed to establish|tcp connect error|dns error|Name or service not known"
        r"|Failed to fetch|Request failed after|[Tt]imed out|[Tt]imeout|Network is unreachable|ProxyError"
        r"|name resolution|getaddrinfo|Connection (refused|reset|aborted)|network was disabled",
        "the package index{host} could not be reached.",
        "Check the network and the proxy (your settings of pip and uv are used), then start again.",
    ),
    Kind(
        "no ssl",
        r"ssl module (in Python )?is not available",
        "this Python ({python}) was built without SSL and cannot download anything.",
        "Install uv, or name another Python 3.11 or newer in INTERLOCK_PYTHON, and start again.",
    ),
    Kind(
        "no package",
        r"No matching distribution|no usable wheels|No solution found|not found in the|no version of",
        "the package index offers no ready-made package{package} for this machine and Python ({python}).",
        "Behind a package mirror: is it complete, does it let you in? Else name a Python 3.11 to 3.13"
        " in INTERLOCK_PYTHON and start again.",
    ),
)
_HOST = re.compile(r"https?://(?:[^/@\s]*@)?([^/\s'\"):]+)|host='([^']+)'")
_PACKAGE = re.compile(r"([A-Za-z0-9][\w.-]*==\w[\w.]*\w)")
_SECRET = re.compile(r"//[^/@\s]+@")


def from_output(output: str, *, place: str, python: str) -> SetupFailed:
    """The failure that a tool's output shows; one of no known kind is quoted, shortened."""
    kind = next((kind for kind in _KINDS if re.search(kind.shows, output)), None)
    if kind is None:
        return other(output)
    host, package = _first(_HOST, output), _first(_PACKAGE, output)
    words = kind.words.format(place=place, python=python, host=host, package=package)
    return SetupFailed(kind.what, words, kind.advice)


def from_oserror(error: OSError, place: str) -> SetupFailed:
    """The failure that the operating system reported for something in or under `place`."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return SetupFailed(_NO_SPACE.what, _NO_SPACE.words.format(place=place), _NO_SPACE.advice)
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return SetupFailed(_NOT_WRITABLE.what, _NOT_WRITABLE.words.format(place=place), _NOT_WRITABLE.advice)
    return other(str(error))


@contextlib.contextmanager
def explained(place: str) -> Iterator[None]:
    """Turns errors of the operating system inside the block into SetupFailed."""
    try:
        yield
    except OSError as error:
        raise from_oserror(error, place) from error


def no_venv(python: str) -> SetupFailed:
    """This Python cannot create environments, as Debian's without python3-venv."""
    return SetupFailed(
        "no venv",
        f"this Python ({python}) lacks the venv module.",
        "On Debian and Ubuntu: sudo apt install python3-venv. Or install uv (docs.astral.sh/uv).",
    )


def too_slow(seconds: float) -> SetupFailed:
    """The set-up was given up after `seconds`."""
    return SetupFailed(
        "too slow",
        f"it was not finished after {seconds:.0f} s.",
        "Start again: what was downloaded is kept by pip or uv. If it repeats, check the network.",
    )


def other(output: str) -> SetupFailed:
    """A failure of no known kind, with the end of the output."""
    lines = [line.strip() for line in _SECRET.sub("//***@", output).splitlines() if line.strip()]
    quoted = " / ".join(lines[-4:])[-400:] or "none"
    return SetupFailed("other", f"the last output was: {quoted}", "Start again; if it repeats, report this.")


def _first(pattern: re.Pattern[str], output: str) -> str:
    found = pattern.search(output)
    return f" {next(group for group in found.groups() if group)}" if found else ""
