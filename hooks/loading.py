"""Finds the plugin's own modules where they are known to be, for a hook's process.

Python looks through every folder of a package for every way in which a module may be kept, which takes a hook more
time than running what it finds. This looks for the compiled copy of the one file that it can be, by the same rule that
Python has for whether the copy is valid; for whatever is not as usual it finds nothing, and Python looks itself.
"""

from __future__ import annotations

import sys
from _frozen_importlib import ModuleSpec
from _frozen_importlib_external import MAGIC_NUMBER
from marshal import loads
from posix import O_CLOEXEC, O_RDONLY, close, read, stat
from posix import open as open_

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, ModuleType
    from typing import Any

PACKAGES = ("hooks", "mcp_server")
_HEADER = 16
_USUAL = 1 << 17
"""More bytes than a compiled module of ours has."""


class Finder:
    """The modules of the plugin in the folder `root`."""

    def __init__(self, root: str) -> None:
        self._root = root + "/"
        self._copy = f".{sys.implementation.cache_tag}.pyc"

    def find_spec(self, name: str, path: object = None, target: object = None) -> Any:  # noqa: ARG002  as Python asks
        """Where a module of the plugin is and what it is made of; None leaves it to Python."""
        if name.partition(".")[0] not in PACKAGES:
            return None
        place = self._root + name.replace(".", "/")
        folder, _, stem = place.rpartition("/")
        found = self._compiled(folder, stem)
        if found is not None:
            return _spec(name, found, f"{place}.py")
        found = self._compiled(place, "__init__")
        return None if found is None else _spec(name, found, f"{place}/__init__.py", place)

    def _compiled(self, folder: str, stem: str) -> CodeType | None:
        """The code of a source file, if its compiled copy is valid: made by this Python, from the file as it is."""
        try:
            source = stat(f"{folder}/{stem}.py")
            data = _content(f"{folder}/__pycache__/{stem}{self._copy}")
        except OSError:
            return None
        made_from = (int(source.st_mtime) & 0xFFFFFFFF, source.st_size & 0xFFFFFFFF)
        wanted = MAGIC_NUMBER + bytes(4) + b"".join(number.to_bytes(4, "little") for number in made_from)
        if data[:_HEADER] != wanted:
            return None
        code: CodeType = loads(memoryview(data)[_HEADER:])  # noqa: S302  what Python itself would load
        return code


def _content(path: str) -> bytes:
    """The whole file, in fewer system calls than a file object makes."""
    file = open_(path, O_RDONLY | O_CLOEXEC)
    try:
        data = read(file, _USUAL)
        while len(data) % _USUAL == 0 and (more := read(file, _USUAL)):
            data += more
        return data
    finally:
        close(file)


class _Loader:
    """Runs code that has been found."""

    def __init__(self, code: CodeType) -> None:
        self._code = code

    def create_module(self, spec: object) -> None:  # noqa: ARG002  as Python asks
        """Python makes it."""

    def exec_module(self, module: ModuleType) -> None:
        """Run it in its module."""
        exec(self._code, module.__dict__)  # noqa: S102  the plugin's own code


def _spec(name: str, code: CodeType, file: str, folder: str | None = None) -> Any:
    spec = ModuleSpec(name, _Loader(code), origin=file, is_package=folder is not None)  # type: ignore[arg-type]  # a loader has these two methods
    spec.has_location = True
    if folder is not None:
        spec.submodule_search_locations = [folder]
    return spec


def install(root: str) -> None:
    """From now on the plugin's modules are found like this."""
    sys.meta_path.insert(0, Finder(root))
