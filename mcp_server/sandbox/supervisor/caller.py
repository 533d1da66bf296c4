"""What a call that is shown names: read from the memory and the folders of the process that makes it."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.sandbox.supervisor.seccomp import Call

_AT_CWD = -100
_PAGE = 4096
_COMMAND_LINE = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(__file__))), "__main__.py")
_INT = (1 << 32) - 1
_WITHOUT_FOLDERS = frozenset("open creat truncate mkdir rmdir unlink rename link symlink mknod".split())
"""The old spellings, which always start from the working directory."""
_OPENING = ("openat", "openat2", "creatat")
_REMOVE_DIRECTORY = 0x200  # AT_REMOVEDIR
_SIGN = 1 << 31


class Unreadable(OSError):
    """The call cannot be understood: the kernel is to do it itself."""


class Act:
    """What a call would do, in one form for all of its spellings.

    `kind` is one of open, truncate, mkdir, mknod, unlink, rmdir, rename, link and symlink. `paths` are absolute, but
    for links on the way; the last one is what appears or goes. `text` is a symbolic link's target.
    """

    __slots__ = ("flags", "kind", "mode", "paths", "text")

    def __init__(self, kind: str, paths: list[str], *, flags: int = 0, mode: int = 0, text: str = "") -> None:
        self.kind, self.paths, self.flags, self.mode, self.text = kind, paths, flags, mode, text


def read(call: Call) -> Act:
    """What `call` would do; Unreadable when that cannot be said."""
    name, arguments = call.name, call.arguments
    if name in _WITHOUT_FOLDERS:
        name, arguments = name + "at", _with_folders(name, arguments)
    if name in ("renameat", "renameat2", "linkat"):
        paths = [_path(call, arguments, 0), _path(call, arguments, 2)]
        return Act("link" if name == "linkat" else "rename", paths, flags=0 if name == "renameat" else arguments[4])
    if name == "symlinkat":
        return Act("symlink", [_path(call, arguments, 1)], text=_text(call.process, arguments[0]))
    path = _path(call, arguments, 0)
    return _opening(call, name, path, arguments) if name in _OPENING else _other(name, path, arguments)


def follows(act: Act) -> bool:
    """Whether a link in the place of the last name is followed."""
    if act.kind == "open":
        return not act.flags & os.O_NOFOLLOW and act.flags & (os.O_CREAT | os.O_EXCL) != os.O_CREAT | os.O_EXCL
    return act.kind == "truncate"


def program(process: int) -> str:
    """The name of the program that a process runs, `interlock` for our own command line; "" when it cannot be read."""
    try:
        with open(f"/proc/{process}/cmdline", "rb") as handle:
            words = handle.read(_PAGE).split(b"\0")
        with open(f"/proc/{process}/comm", encoding="utf-8", errors="replace") as handle:
            name = handle.read().rstrip("\n")
    except OSError:
        return ""
    is_ours = len(words) > 2 and words[1] == b"-I" and _is_command_line(os.fsdecode(words[2]))
    return "interlock" if is_ours and name.startswith("python") else name


def _is_command_line(path: str) -> bool:
    """Whether this is ours, or that of another installed version, which a commit hook may have been made by."""
    return path == _COMMAND_LINE or (path.endswith("/mcp_server/__main__.py") and "/.claude/plugins/" in path)


def umask_if_ours(process: int) -> int:
    """The mask for new files of a process that has our own identity and sees our files; else Unreadable."""
    if not _OURS:
        _OURS.append(_identity("self")[0])
    found, umask = _identity(str(process))
    if found != _OURS[0]:
        raise Unreadable("the process has another identity, or sees other files")
    return umask


def _opening(call: Call, name: str, path: str, arguments: list[int]) -> Act:
    flags, mode = arguments[2] & _INT, arguments[3]
    if name == "creatat":
        flags, mode = os.O_CREAT | os.O_WRONLY | os.O_TRUNC, arguments[2]
    elif name == "openat2":
        flags, mode = _how(call.process, arguments[2])
    return Act("open", [path], flags=flags, mode=mode & _INT)


def _other(name: str, path: str, arguments: list[int]) -> Act:
    if name == "truncateat":
        return Act("truncate", [path], flags=arguments[2])
    if name in ("mkdirat", "mknodat"):
        return Act(name[:-2], [path], mode=arguments[2] & _INT)
    if name == "rmdirat" or (name == "unlinkat" and arguments[2] & _REMOVE_DIRECTORY):
        return Act("rmdir", [path])
    if name == "unlinkat":
        return Act("unlink", [path])
    raise Unreadable(f"unknown call {name}")


def _with_folders(name: str, arguments: list[int]) -> list[int]:
    here = _AT_CWD & _INT
    if name in ("rename", "link"):
        return [here, arguments[0], here, arguments[1], 0]
    if name == "symlink":
        return [arguments[0], here, arguments[1]]
    return [here, arguments[0], 0, arguments[1]] if name == "unlink" else [here, *arguments]


_OURS: list[object] = []


def _identity(process: str) -> tuple[object, int]:
    """Which users and files a process acts for, and its mask for new files."""
    opened = os.open(f"/proc/{process}/status", os.O_RDONLY | os.O_CLOEXEC)
    try:
        status = os.read(opened, _PAGE)
    finally:
        os.close(opened)
    sees = [os.readlink(f"/proc/{process}/{name}") for name in ("ns/mnt", "ns/user", "root")]
    users = [_field(status, name) for name in (b"Uid", b"Gid", b"Groups")]
    return (sees, users), int(_field(status, b"Umask"), 8)


def _field(status: bytes, name: bytes) -> bytes:
    start = status.index(b"\n" + name + b":") + len(name) + 2
    return status[start : status.index(b"\n", start)].strip()


def _path(call: Call, arguments: list[int], at: int) -> str:
    path = _text(call.process, arguments[at + 1])
    if not path:
        raise Unreadable("an empty path")  # a file without a name yet
    if path.startswith("/"):
        return path
    folder = arguments[at] & _INT
    number = folder - (1 << 32) if folder & _SIGN else folder
    place = f"/proc/{call.process}/cwd" if number == _AT_CWD else f"/proc/{call.process}/fd/{number}"
    base = os.readlink(place)
    if not base.startswith("/") or base.endswith(" (deleted)"):
        raise Unreadable("the folder has no path")
    return f"{base}/{path}"


def _how(process: int, address: int) -> tuple[int, int]:
    data = _memory(process, address, 24)
    if int.from_bytes(data[16:24], "little"):
        raise Unreadable("a path with conditions")
    return int.from_bytes(data[:8], "little"), int.from_bytes(data[8:16], "little")


def _text(process: int, address: int) -> str:
    """A path in the memory of another process, which may end at the edge of what can be read there."""
    data = b""
    while len(data) < _PAGE:
        part = _memory(process, address + len(data), _PAGE - (address + len(data)) % _PAGE)
        if not part:
            break
        end = part.find(b"\0")
        if end >= 0:
            return os.fsdecode(data + part[:end])
        data += part
    raise Unreadable("a path without an end")


def _memory(process: int, address: int, length: int) -> bytes:
    opened = os.open(f"/proc/{process}/mem", os.O_RDONLY | os.O_CLOEXEC)
    try:
        return os.pread(opened, length, address)
    finally:
        os.close(opened)
