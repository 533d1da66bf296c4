"""Confines a process to some places with Landlock, through its three system calls."""

from __future__ import annotations

import os
import stat
import sys

from mcp_server.sandbox import system_calls

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from mcp_server.sandbox.rights import Grant

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION = 1
_PATH_BENEATH = 1
_SET_NO_NEW_PRIVS = 38

_WRITE_FILE, _REMOVE_DIR, _REMOVE_FILE = 1 << 1, 1 << 4, 1 << 5
_MAKE = sum(1 << bit for bit in range(6, 13))
_REFER, _TRUNCATE = 1 << 13, 1 << 14

_RULESET_LENGTH = 8

_LEAST_ABI = 2
"""The first version that allows moving a file between directories: without that, too many programs fail."""
_TRUNCATE_ABI = 3


class Unavailable(OSError):
    """This kernel cannot confine a process; the message says why."""


def abi() -> int:
    """The version of Landlock that this kernel has; 0 without one."""
    if not sys.platform.startswith("linux"):
        return 0
    version: int = system_calls.call(_CREATE_RULESET, None, 0, _VERSION)
    return max(0, version)


def can_confine() -> bool:
    """Whether `restrict` works on this machine."""
    return abi() >= _LEAST_ABI


def restrict(grants: Iterable[Grant]) -> None:
    """Confine this process and its children to `grants` from now on; Unavailable when the kernel cannot do that."""
    version = abi()
    if version < _LEAST_ABI:
        raise Unavailable(f"this kernel has Landlock version {version}, and {_LEAST_ABI} is needed")
    handled = _handled(version)
    ruleset = _created(handled)
    try:
        for grant in grants:
            _allow(ruleset, grant, handled)
        _enforce(ruleset)
    finally:
        os.close(ruleset)


def _handled(version: int) -> int:
    handled = _WRITE_FILE | _REMOVE_DIR | _REMOVE_FILE | _MAKE | _REFER
    return handled | _TRUNCATE if version >= _TRUNCATE_ABI else handled


def _created(handled: int) -> int:
    wanted = handled.to_bytes(_RULESET_LENGTH, sys.byteorder)
    return _checked(system_calls.call(_CREATE_RULESET, wanted, len(wanted), 0), "a rule set")


def _allow(ruleset: int, grant: Grant, handled: int) -> None:
    try:
        place = os.open(grant.path, os.O_PATH | os.O_CLOEXEC)
    except OSError:  # removed since the rights were computed: there is nothing to grant
        return
    try:
        allowed = _allowed(grant.kind, place) & handled
        rule = allowed.to_bytes(8, sys.byteorder) + place.to_bytes(4, sys.byteorder)
        # A file system that does not support this, such as one of the kernel's own, stays refused.
        system_calls.call(_ADD_RULE, ruleset, _PATH_BENEATH, rule, 0)
    finally:
        os.close(place)


def _allowed(kind: str, place: int) -> int:
    written = _WRITE_FILE | _TRUNCATE
    if kind == "empty":
        return _REMOVE_DIR
    if kind == "file" or not stat.S_ISDIR(os.fstat(place).st_mode):
        return written
    return written | _REMOVE_DIR | _REMOVE_FILE | _MAKE | _REFER


def _enforce(ruleset: int) -> None:
    if system_calls.call(_RESTRICT_SELF, ruleset, 0) == 0:
        return  # allowed without giving up set-user-id programs
    _checked(system_calls.prctl(_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "giving up privileges")
    _checked(system_calls.call(_RESTRICT_SELF, ruleset, 0), "the restriction")


def _checked(answer: int, what: str) -> int:
    if answer < 0:
        code = system_calls.error_number()
        raise Unavailable(code, f"the kernel refused {what}: {os.strerror(code)}")
    return answer
