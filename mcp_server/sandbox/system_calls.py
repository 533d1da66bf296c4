"""Calls the kernel by number, for what Python has no function for.

The library `ctypes` would do, but loading it takes a millisecond of every confined command. So this uses what that is
made of, `_ctypes`, which has been the same since Python 2.5.
"""

from __future__ import annotations

import _ctypes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


class _Long(_ctypes._SimpleCData):  # type: ignore[type-arg]  # a subclass for a C type has no argument
    _type_ = "l"


class _Text(_ctypes._SimpleCData):  # type: ignore[type-arg]  # a subclass for a C type has no argument
    _type_ = "z"


class _Address(_ctypes._SimpleCData):  # type: ignore[type-arg]  # a subclass for a C type has no argument
    _type_ = "P"


class _Function(_ctypes.CFuncPtr):
    _flags_ = _ctypes.FUNCFLAG_CDECL | _ctypes.FUNCFLAG_USE_ERRNO
    _restype_ = _Long


_LIBRARY = _ctypes.dlopen(None, 0)  # type: ignore[arg-type]  # None is the program itself
error_number: Callable[[], int] = _ctypes.get_errno
"""Why the last call failed."""


def function(name: str) -> Callable[..., int]:
    """A function of the system's library of C. Whole numbers have to fit into an `int`."""
    found: Callable[..., int] = _Function(_ctypes.dlsym(_LIBRARY, name))
    return found


def address(data: bytes) -> int:
    """Where `data` lies in memory, for as long as somebody keeps it."""
    text = _Text(data)
    found: int = _Address.from_address(_ctypes.addressof(text)).value
    return found


call = function("syscall")
prctl = function("prctl")
