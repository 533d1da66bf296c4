"""What the guard leaves for the shell of a Bash call.

A record is a file of fields, each ended by a NUL, which neither a command nor a path can contain: reading it imports
nothing.
"""

from __future__ import annotations

import os
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

RECORDS = "commands"
"""The folder in the state, with one folder in it for each session."""
CALL, MADE, PLACES, CONFINED, REFUSED = ".call", ".made", ".places", ".confined", ".refused"
"""The endings of a call's files: its record, what was created for it, which directories count as missing, how its shell
was confined, and what it was refused."""
SUPERVISED, ALONE = "supervised", "alone"
BETWEEN_SCOPES = ""
"""Separates the patterns of one lease from the next one's: what one excludes, another may include."""
_TEXTS = ("agent", "command", "root", "cwd", "ignored")
_FLAGS = ("complete", "background", "only_reads", "closed")
_LISTS = ("patterns", "git_dirs", "writable", "writes", "programs", "run_by_git")


class Record:
    """One Bash call as the guard saw it: whose it is, its text, and where it may write.

    `patterns` are relative to `root`, the worktree; `writes` are the absolute paths that the reading found, `complete`
    says that there are no others, and `only_reads` that there are none at all; `writable` are further absolute paths,
    from the settings; `ignored` is the file in which `ignored.refresh` keeps what git ignores here. For the client, a
    call in the `background` has ended before its shell starts. `run_by_git` is what git ran here before the call.
    `closed`: it writes nothing in the repository at all, not even what git ignores or keeps for itself.
    """

    __slots__ = tuple(
        """agent background closed command complete cwd git_dirs ignored only_reads patterns programs root run_by_git
        since writable writes""".split()
    )

    def __init__(  # noqa: PLR0913  all but two are named
        self,
        agent: str,
        command: str,
        *,
        root: str,
        cwd: str,
        patterns: Sequence[str],
        git_dirs: Sequence[str] = (),
        complete: bool = False,
        writes: Sequence[str] = (),
        programs: Sequence[str] = (),
        run_by_git: Sequence[str] = (),
        writable: Sequence[str] = (),
        ignored: str = "",
        background: bool = False,
        only_reads: bool = False,
        closed: bool = False,
        since: float = 0.0,
    ) -> None:
        self.agent, self.command, self.root, self.cwd, self.ignored = agent, command, root, cwd, ignored
        self.patterns, self.git_dirs, self.writable = tuple(patterns), tuple(git_dirs), tuple(writable)
        self.writes, self.programs, self.run_by_git = tuple(writes), tuple(programs), tuple(run_by_git)
        self.complete, self.background, self.only_reads, self.since = complete, background, only_reads, since
        self.closed = closed


def folder(state: str, session: str) -> str:
    """Where the records of a session are kept."""
    return os.path.join(state, RECORDS, _name(session))


def write(session_folder: str, call_id: str, record: Record) -> None:
    """Write the record of a call for its shell, completely or not at all; OSError when the disk refuses."""
    file = os.path.join(session_folder, _name(call_id))
    try:
        _replace(file + CALL, _packed(record))
    except FileNotFoundError:  # the end of another call may have removed the folder
        for folder in (os.path.dirname(session_folder), session_folder):
            _make_private(folder)
        _replace(file + CALL, _packed(record))


def read(session_folder: str, call_id: str) -> Record | None:
    """The record of a call; None when there is none or it is damaged."""
    try:
        with open(os.path.join(session_folder, _name(call_id) + CALL), "rb") as handle:
            return _unpacked(handle.read())
    except (OSError, ValueError, KeyError):
        return None


def calls(session_folder: str) -> list[str]:
    """The calls of a session that have a record."""
    return [name.removesuffix(CALL) for name in names(session_folder) if name.endswith(CALL)]


def names(folder: str) -> list[str]:
    """The names in a folder of records; none if there is no such folder."""
    try:
        return os.listdir(folder)
    except OSError:
        return []


def made_file(session_folder: str, call_id: str) -> str:
    """The file that lists what was created for a call before it ran."""
    return os.path.join(session_folder, _name(call_id) + MADE)


def places_file(session_folder: str, call_id: str) -> str:
    """The file that lists the directories which the shims treat as missing while a call runs, one on a line."""
    return os.path.join(session_folder, _name(call_id) + PLACES)


def note_confined(session_folder: str, call_id: str, how: str) -> None:
    """The shell of a call is confined now: `SUPERVISED`, or `ALONE`."""
    with open(os.path.join(session_folder, _name(call_id) + CONFINED), "w", encoding="utf-8", opener=private) as handle:
        handle.write(how)


def how_confined(session_folder: str, call_id: str) -> str:
    """How the shell of a call was confined; "" if it was not, or has not started yet."""
    try:
        with open(os.path.join(session_folder, _name(call_id) + CONFINED), encoding="utf-8") as handle:
            return handle.read()
    except OSError:
        return ""


def note_refused(session_folder: str, call_id: str, path: str) -> None:
    """A call was refused to write `path`."""
    with open(os.path.join(session_folder, _name(call_id) + REFUSED), "ab", opener=private) as handle:
        handle.write(os.fsencode(path) + b"\0")


def refused(session_folder: str, call_id: str) -> list[str]:
    """What a supervised call was refused to write."""
    try:
        with open(os.path.join(session_folder, _name(call_id) + REFUSED), "rb") as handle:
            return [os.fsdecode(path) for path in handle.read().split(b"\0") if path]
    except OSError:
        return []


def remove(session_folder: str, call_id: str) -> None:
    """Remove the record of a call, and all that its shell and its supervisor left."""
    remove_files(session_folder, _name(call_id))


def remove_files(session_folder: str, name: str) -> None:
    """The same for the name that a call has in this folder."""
    for ending in (CALL, CONFINED, REFUSED):
        remove_file(os.path.join(session_folder, name + ending))


def remove_file(file: str) -> None:
    """Remove a file of a call, if it exists."""
    try:  # noqa: SIM105  contextlib costs a hook a millisecond
        os.unlink(file)
    except OSError:
        pass


def private(file: str, flags: int) -> int:
    """The `opener` of a file that only its owner may read: it may hold the text of a command."""
    return os.open(file, flags, 0o600)


def _make_private(folder: str) -> None:
    try:  # noqa: SIM105  contextlib costs a hook a millisecond
        os.mkdir(folder, 0o700)
    except FileExistsError:
        pass


def _replace(file: str, data: bytes) -> None:
    # The shell of another call may start at this moment; it must never read half a record.
    with open(f"{file}.{os.getpid()}.new", "wb", opener=private) as handle:
        handle.write(data)
    os.replace(handle.name, file)


def _packed(record: Record) -> bytes:
    fields: list[str] = []
    for name in _TEXTS:
        fields += [name, getattr(record, name)]
    for name in _LISTS:
        for value in getattr(record, name):
            fields += [name, value]
    for name in _FLAGS:
        fields += [name, "yes" if getattr(record, name) else "no"]
    fields += ["since", repr(record.since or time.time())]
    return b"".join(_encoded(field) + b"\0" for field in fields)


def _unpacked(data: bytes) -> Record:
    fields = data.decode("utf-8", "surrogateescape").split("\0")
    if fields.pop() or len(fields) % 2:
        raise ValueError("the record is truncated")
    pairs = list(zip(fields[::2], fields[1::2], strict=True))
    single = dict(pairs)
    values: dict[str, Any] = {name: single[name] for name in _TEXTS}
    values |= {name: [value for field, value in pairs if field == name] for name in _LISTS}
    values |= {name: single.get(name) == "yes" for name in _FLAGS}
    return Record(**values, since=float(single["since"]))


def _encoded(text: str) -> bytes:
    text = text.replace("\0", "")
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # half a character: the client passes this to the shell instead
        return "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in text).encode()


def _name(identifier: str) -> str:
    if identifier and all(char.isalnum() or char in "-_" for char in identifier) and identifier.isascii():
        return identifier
    return identifier.encode("utf-8", "surrogatepass").hex() or "0"
