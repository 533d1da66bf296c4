"""Exchanges two files atomically, so that what was replaced is at hand, even if it was saved a moment before."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from functools import cache

AT_WORKING_DIRECTORY = -100
EXCHANGE = 2


def exchange(draft: str, path: str) -> None:
    """Afterwards `path` holds what `draft` held, and the other way round; refuses (OSError) where there is no file.

    Where the system has no such call, what is saved in the very moment between two calls may be missed.
    """
    swap = _swap()
    if swap is not None and swap(os.fsencode(draft), os.fsencode(path)):
        return
    aside = f"{draft}.aside"
    with suppress(FileNotFoundError):
        os.unlink(aside)
    try:
        os.link(path, aside)
    except FileNotFoundError:
        raise
    except OSError:  # a file system without second names
        with open(path, "rb") as source, open(aside, "wb") as copy:
            copy.write(source.read())
    os.replace(draft, path)
    os.replace(aside, draft)


@cache
def _swap() -> Callable[[bytes, bytes], bool] | None:
    import ctypes  # slow to load, and needed only where something is written

    try:
        library = ctypes.CDLL(None)
    except (OSError, TypeError):
        return None
    here, flag = ctypes.c_int(AT_WORKING_DIRECTORY), ctypes.c_uint(EXCHANGE)
    if hasattr(library, "renameat2"):
        return lambda one, other: bool(library.renameat2(here, one, here, other, flag) == 0)
    if hasattr(library, "renamex_np"):
        return lambda one, other: bool(library.renamex_np(one, other, flag) == 0)
    return None
