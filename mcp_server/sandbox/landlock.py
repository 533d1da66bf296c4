"""Can this kernel hold a process to some places, and how is it told which? Landlock, through its three system calls."""

from __future__ import annotations

import ctypes
import os
import stat
import sys

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

_LEAST_ABI = 2
"""The first that lets a file be moved from one directory to another: without that, too many programs fail."""
_TRUNCATE_ABI = 3


class Unavailable(OSError):
    """This kernel cannot hold a process; the message says why."""


class _Ruleset(ctypes.Structure):
    _fields_ = (("handled_access_fs", ctypes.c_uint64),)


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = (("allowed_access", ctypes.c_uint64), ("parent_fd", ctypes.c_int32))


def abi() -> int:
    """The version of Landlock that this kernel has; 0 without one."""
    if not sys.platform.startswith("linux"):
        return 0
    version: int = _libc().syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(_VERSION))
    return max(0, version)


def can_hold() -> bool:
    """Whether `restrict` can be asked for on this machine."""
    return abi() >= _LEAST_ABI


def restrict(grants: Iterable[Grant]) -> None:
    """From here on this process and its children write nowhere else; Unavailable when the kernel can't do that."""
    version = abi()
    if version < _LEAST_ABI:
        raise Unavailable(f"this kernel has Landlock version {version}, and {_LEAST_ABI} is needed")
    held = _held(version)
    ruleset = _created(held)
    try:
        for grant in grants:
            _allow(ruleset, grant, held)
        _enforce(ruleset)
    finally:
        os.close(ruleset)


def _held(version: int) -> int:
    held = _WRITE_FILE | _REMOVE_DIR | _REMOVE_FILE | _MAKE | _REFER
    return held | _TRUNCATE if version >= _TRUNCATE_ABI else held


def _created(held: int) -> int:
    wanted = _Ruleset(held)
    size = ctypes.c_size_t(ctypes.sizeof(wanted))
    return _checked(_libc().syscall(_CREATE_RULESET, ctypes.byref(wanted), size, ctypes.c_uint32(0)), "a rule set")


def _allow(ruleset: int, grant: Grant, held: int) -> None:
    try:
        place = os.open(grant.path, os.O_PATH | os.O_CLOEXEC)
    except OSError:  # gone since it was looked at: nothing is there to be written
        return
    try:
        rule = _PathBeneath(_allowed(grant.kind, place) & held, place)
        # A file system that can't take part, such as one of the kernel's own, is left as it is: refused.
        _libc().syscall(_ADD_RULE, ruleset, _PATH_BENEATH, ctypes.byref(rule), ctypes.c_uint32(0))
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
    libc = _libc()
    if libc.syscall(_RESTRICT_SELF, ruleset, ctypes.c_uint32(0)) == 0:
        return  # allowed to without giving up set-user-id programs
    _checked(libc.prctl(_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "giving up privileges")
    _checked(libc.syscall(_RESTRICT_SELF, ruleset, ctypes.c_uint32(0)), "the restriction")


def _checked(answer: int, what: str) -> int:
    if answer < 0:
        code = ctypes.get_errno()
        raise Unavailable(code, f"the kernel refused {what}: {os.strerror(code)}")
    return answer


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
