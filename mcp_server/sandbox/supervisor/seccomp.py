"""The kernel's side: the filter that shows a process's writing calls to another one, and the answers to them."""

from __future__ import annotations

import os
from fcntl import ioctl

from mcp_server.sandbox import system_calls

_X86 = {
    2: "open",
    76: "truncate",
    82: "rename",
    83: "mkdir",
    84: "rmdir",
    85: "creat",
    86: "link",
    87: "unlink",
    88: "symlink",
    133: "mknod",
    257: "openat",
    258: "mkdirat",
    259: "mknodat",
    263: "unlinkat",
    264: "renameat",
    265: "linkat",
    266: "symlinkat",
    316: "renameat2",
    437: "openat2",
}
_ARM = {
    33: "mknodat",
    34: "mkdirat",
    35: "unlinkat",
    36: "symlinkat",
    37: "linkat",
    38: "renameat",
    45: "truncate",
    56: "openat",
    276: "renameat2",
    437: "openat2",
}
# The machine, as `uname` calls it: its number for the kernel, its calls, and the number of `seccomp`.
_MACHINES = {"x86_64": (0xC000003E, _X86, 317), "aarch64": (0xC00000B7, _ARM, 277)}

_SET_MODE_FILTER = 1
_NEW_LISTENER, _WAIT_KILLABLE = 1 << 3, 1 << 5
_SET_NO_NEW_PRIVS = 38

_RECEIVE, _SEND, _IS_VALID, _ADD_DESCRIPTOR = 0xC0502100, 0xC0182101, 0x40082102, 0x40182103
_LENGTH, _INSTRUCTION = 80, 8
_LET_IT_RUN = 1
_AND_ANSWER = 2
O_CLOEXEC = os.O_CLOEXEC

# The filter is a program for the kernel's own small machine: load a field, compare, jump, return.
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _SHOW = 0x7FFF0000, 0x7FC00000
_NUMBER_AT, _MACHINE_AT, _ARGUMENTS_AT = 0, 4, 16
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
_FLAGS_OF = {"open": 1, "openat": 2}
_FOREIGN_NUMBERS = 0x40000000  # of x86's calls with short pointers


def is_supported() -> bool:
    """Whether this machine's calls are known here; whether its kernel plays along shows when it is tried."""
    return os.uname().machine in _MACHINES


def names() -> dict[int, str]:
    """The calls that are shown, by their number on this machine."""
    return _MACHINES[os.uname().machine][1]


def show_writes() -> int:
    """Have the writing calls of this process and its children shown; the descriptor on which they are received.

    OSError when the kernel refuses, as it does below another filter of this kind.
    """
    machine, calls, number = _MACHINES[os.uname().machine]
    instructions = _program(machine, calls)
    program = (len(instructions) // _INSTRUCTION).to_bytes(8, "little") + system_calls.address(instructions).to_bytes(
        8, "little"
    )
    flags = _NEW_LISTENER | _WAIT_KILLABLE
    found = system_calls.call(number, _SET_MODE_FILTER, flags, program)
    if found < 0:
        system_calls.prctl(_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        found = system_calls.call(number, _SET_MODE_FILTER, flags, program)
    if found < 0:
        raise OSError(system_calls.error_number(), "the kernel does not show the calls of a process")
    return int(found)


class Call:
    """A call that waits for its answer: its number in the conversation, its process, its name and arguments."""

    __slots__ = ("arguments", "id", "name", "process")

    def __init__(self, id: int, process: int, name: str, arguments: list[int]) -> None:  # noqa: A002  the kernel's word
        self.id, self.process, self.name, self.arguments = id, process, name, arguments


class Listener:
    """Where the calls are received and answered; each is answered once."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self._names = names()

    def receive(self) -> Call | None:
        """The next call; None when its process died meanwhile."""
        data = bytearray(_LENGTH)
        try:
            ioctl(self.descriptor, _RECEIVE, data, True)
        except (FileNotFoundError, InterruptedError):
            return None
        arguments = [_number(data, start, 8) for start in range(32, _LENGTH, 8)]
        return Call(_number(data, 0, 8), _number(data, 8, 4), self._names.get(_number(data, 16, 4), ""), arguments)

    def is_waiting(self, call: Call) -> bool:
        """Whether the call still waits: if not, its process number may belong to somebody else by now."""
        try:
            ioctl(self.descriptor, _IS_VALID, call.id.to_bytes(8, "little"))
        except OSError:
            return False
        return True

    def let_run(self, call: Call) -> None:
        """The kernel does the call itself, within what it has granted."""
        self._answer(_SEND, call.id.to_bytes(8, "little") + bytes(12) + _LET_IT_RUN.to_bytes(4, "little"))

    def fail(self, call: Call, code: int) -> None:
        """The call ends with an error; with 0, well."""
        self._answer(
            _SEND, call.id.to_bytes(8, "little") + bytes(8) + (-code).to_bytes(4, "little", signed=True) + bytes(4)
        )

    def give(self, call: Call, descriptor: int, *, close_on_exec: bool) -> None:
        """The call ends with a copy of our descriptor."""
        words = (_AND_ANSWER, descriptor, 0, O_CLOEXEC if close_on_exec else 0)
        self._answer(
            _ADD_DESCRIPTOR, call.id.to_bytes(8, "little") + b"".join(word.to_bytes(4, "little") for word in words)
        )

    def _answer(self, request: int, data: bytes) -> None:
        try:
            ioctl(self.descriptor, request, bytearray(data), True)
        except FileNotFoundError:  # its process died, or a signal ended the call
            return


def _number(data: bytearray, start: int, size: int) -> int:
    return int.from_bytes(data[start : start + size], "little")


def _program(machine: int, calls: dict[int, str]) -> bytes:
    """The filter: what only reads runs at once; a call that opens is shown if its flags say that it writes."""
    always = [number for number, name in calls.items() if name not in _FLAGS_OF]
    opening = [(number, _FLAGS_OF[name]) for number, name in calls.items() if name in _FLAGS_OF]
    lines: list[tuple[int, str, str, int]] = [
        (_LOAD, "", "", _MACHINE_AT),
        (_EQUAL, "", "run", machine),
        (_LOAD, "", "", _NUMBER_AT),
        (_AT_LEAST, "run", "", _FOREIGN_NUMBERS),
        *((_EQUAL, f"flags {at}", "", number) for number, at in opening),
        *((_EQUAL, "show", "", number) for number in always),
    ]
    places = {"run": len(lines), "show": len(lines) + 1}
    lines += [(_RETURN, "", "", _ALLOW), (_RETURN, "", "", _SHOW)]
    for _, at in opening:
        places[f"flags {at}"] = len(lines)
        lines += [(_LOAD, "", "", _ARGUMENTS_AT + 8 * at), (_ANY_BIT, "", "next", _WRITES)]
        lines += [(_RETURN, "", "", _SHOW), (_RETURN, "", "", _ALLOW)]

    def jump(here: int, to: str) -> int:
        return 0 if not to else 1 if to == "next" else places[to] - here - 1

    return b"".join(
        code.to_bytes(2, "little") + bytes((jump(at, yes), jump(at, no))) + value.to_bytes(4, "little")
        for at, (code, yes, no, value) in enumerate(lines)
    )
