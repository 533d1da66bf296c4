"""Does a call in the caller's name, in the very directory that was judged."""

from __future__ import annotations

import errno
import os
import stat

from mcp_server.sandbox import system_calls

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.sandbox.supervisor.caller import Act

_NO_REPLACE, _EXCHANGE = 1, 2
_RENAMEAT2 = {"x86_64": 316, "aarch64": 276}


class NotDone(OSError):
    """What is there now is not what was judged, or nothing that this may be done with."""


def act(wanted: Act, places: list[str], umask: int) -> int | None:
    """Do it at the real `places`; the new descriptor of an open file, else None. OSError as the kernel refuses it."""
    folders: list[int] = []
    before = os.umask(umask)
    try:
        folders += [_opened(os.path.dirname(place)) for place in places]
        names = [os.path.basename(place) for place in places]
        return _DEEDS[wanted.kind](wanted, folders, names)
    finally:
        os.umask(before)
        for folder in folders:
            os.close(folder)


def _opened(folder: str) -> int:
    opened = os.open(folder, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    if os.readlink(f"/proc/self/fd/{opened}") != folder:
        os.close(opened)
        raise NotDone(errno.EACCES, "the folder was exchanged")
    return opened


def _open(wanted: Act, folders: list[int], names: list[str]) -> int:
    try:
        found = os.stat(names[0], dir_fd=folders[0], follow_symlinks=False)
    except FileNotFoundError:
        pass
    else:
        if not stat.S_ISREG(found.st_mode):  # one that waits, such as a pipe, would make everybody wait
            raise NotDone(errno.EACCES, "not a file")
        if found.st_nlink > 1 and wanted.flags & (os.O_CREAT | os.O_EXCL) != os.O_CREAT | os.O_EXCL:
            raise NotDone(errno.EACCES, "the file has another name, which was not judged")
    flags = wanted.flags | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NOCTTY
    return os.open(names[0], flags, wanted.mode & 0o7777, dir_fd=folders[0])


def _truncate(wanted: Act, folders: list[int], names: list[str]) -> None:
    wanted.flags, length = os.O_WRONLY, wanted.flags
    opened = _open(wanted, folders, names)
    try:
        os.ftruncate(opened, length)
    finally:
        os.close(opened)


def _mkdir(wanted: Act, folders: list[int], names: list[str]) -> None:
    os.mkdir(names[0], wanted.mode, dir_fd=folders[0])


def _mknod(wanted: Act, folders: list[int], names: list[str]) -> None:
    if stat.S_IFMT(wanted.mode) not in (0, stat.S_IFREG, stat.S_IFIFO, stat.S_IFSOCK):
        raise NotDone(errno.EACCES, "a device")
    os.mknod(names[0], wanted.mode, dir_fd=folders[0])


def _unlink(_: Act, folders: list[int], names: list[str]) -> None:
    os.unlink(names[0], dir_fd=folders[0])


def _rmdir(_: Act, folders: list[int], names: list[str]) -> None:
    os.rmdir(names[0], dir_fd=folders[0])


def _symlink(wanted: Act, folders: list[int], names: list[str]) -> None:
    os.symlink(wanted.text, names[0], dir_fd=folders[0])


def _link(wanted: Act, folders: list[int], names: list[str]) -> None:
    if wanted.flags:
        raise NotDone(errno.EACCES, "a link to what a link names")
    os.link(names[0], names[1], src_dir_fd=folders[0], dst_dir_fd=folders[1], follow_symlinks=False)


def _rename(wanted: Act, folders: list[int], names: list[str]) -> None:
    if wanted.flags & ~(_NO_REPLACE | _EXCHANGE):
        raise NotDone(errno.EINVAL, "an unknown way of renaming")
    if not wanted.flags:
        os.rename(names[0], names[1], src_dir_fd=folders[0], dst_dir_fd=folders[1])
        return
    number = _RENAMEAT2[os.uname().machine]
    old, new = (os.fsencode(name) for name in names)
    if system_calls.call(number, folders[0], old, folders[1], new, wanted.flags) < 0:
        code = system_calls.error_number()
        raise OSError(code, os.strerror(code))


_DEEDS = {
    "open": _open,
    "truncate": _truncate,
    "mkdir": _mkdir,
    "mknod": _mknod,
    "unlink": _unlink,
    "rmdir": _rmdir,
    "symlink": _symlink,
    "link": _link,
    "rename": _rename,
}
