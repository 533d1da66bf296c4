"""Runs a program and collects what it prints.

On the path of a hook: the `subprocess` module takes ten milliseconds to import, longer than most git commands take.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

CHUNK = 1 << 16


class Ran:
    """How a program ended and what it printed."""

    __slots__ = ("code", "err", "out")

    def __init__(self, code: int, out: bytes, err: bytes) -> None:
        self.code = code
        self.out = out
        self.err = err

    @property
    def text(self) -> str:
        """What it printed, as Python spells the paths of a file system."""
        return self.out.decode("utf-8", "surrogateescape")


def is_missing(program: str, error: Exception, path: str | None = None) -> bool:
    """Whether a program could not be started because there is none of this name on the PATH.

    A folder on the PATH that may not be searched hides that: the system then says that it is forbidden.
    """
    if not isinstance(error, (FileNotFoundError, PermissionError)):
        return False
    from shutil import which  # rarely needed, and slow to import

    return which(program, path=path) is None


def run_program(
    command: Sequence[str],
    *,
    env: Mapping[str, str],
    given: bytes = b"",
    seconds: float | None = None,
    keep_open: int | None = None,
) -> Ran:
    """Run `command` with `given` as its input. It inherits the descriptor `keep_open` and no other.

    Refuses with OSError what cannot be started, and kills what takes longer than `seconds` (TimeoutError).
    """
    if not hasattr(os, "posix_spawnp"):
        return _by_subprocess(command, env, given, seconds)
    theirs_in, ours_in = os.pipe()
    ours_out, theirs_out = os.pipe()
    ours_err, theirs_err = os.pipe()
    actions = [(os.POSIX_SPAWN_DUP2, theirs_in, 0), (os.POSIX_SPAWN_DUP2, theirs_out, 1)]
    actions.append((os.POSIX_SPAWN_DUP2, theirs_err, 2))
    to_close = [theirs_in, theirs_out, theirs_err]
    if keep_open is not None:  # only a copy onto another number is inherited on every system
        to_close.append(os.dup(keep_open))
        actions.append((os.POSIX_SPAWN_DUP2, to_close[-1], keep_open))
    talk = _Talk(ours_in, (ours_out, ours_err), given)
    try:
        try:
            process = os.posix_spawnp(command[0], list(command), env, file_actions=actions)
        finally:
            for descriptor in to_close:
                os.close(descriptor)
        return _talked(process, talk, seconds)
    finally:
        talk.close()


def _talked(process: int, talk: _Talk, seconds: float | None) -> Ran:
    try:
        out, err = talk.through(seconds)
    except BaseException:
        os.kill(process, 9)
        _ended(process)
        raise
    return Ran(_ended(process), out, err)


def _ended(process: int) -> int:
    try:
        _, status = os.waitpid(process, 0)
    except ChildProcessError:  # our parent ignores SIGCHLD, so that nobody learns how it ended
        return 0
    return os.waitstatus_to_exitcode(status)


class _Talk:
    """The pipes of one program: its input is written while both of its outputs are read."""

    def __init__(self, to: int, sources: tuple[int, int], given: bytes) -> None:
        os.set_blocking(to, False)
        self._to = to
        self._given = memoryview(given)
        self._said: dict[int, list[bytes]] = {source: [] for source in sources}
        self._open = {to, *sources}

    def through(self, seconds: float | None) -> tuple[bytes, bytes]:
        """All that it prints on each output; refuses (TimeoutError) after `seconds`."""
        if not self._given:
            self._close(self._to)
        for descriptor in self._ready(seconds):
            if descriptor == self._to:
                self._write()
            elif part := os.read(descriptor, CHUNK):
                self._said[descriptor].append(part)
            else:
                self._close(descriptor)
        out, err = (b"".join(parts) for parts in self._said.values())
        return out, err

    def close(self) -> None:
        """Close what is still open."""
        for descriptor in list(self._open):
            self._close(descriptor)

    def _ready(self, seconds: float | None) -> Iterator[int]:
        from select import POLLIN, POLLOUT, poll
        from time import monotonic

        until = None if seconds is None else monotonic() + seconds
        while self._open:
            poller = poll()
            for descriptor in self._open:
                poller.register(descriptor, POLLOUT if descriptor == self._to else POLLIN)
            left = None if until is None else until - monotonic()
            if left is not None and left <= 0:
                raise TimeoutError(f"it took longer than {seconds:g} s")
            yield from [descriptor for descriptor, _ in poller.poll(None if left is None else left * 1000)]

    def _write(self) -> None:
        try:
            self._given = self._given[os.write(self._to, self._given[:CHUNK]) :]
        except BlockingIOError:
            return
        except BrokenPipeError:  # it does not want to hear all of it
            self._given = self._given[:0]
        if not self._given:
            self._close(self._to)

    def _close(self, descriptor: int) -> None:
        self._open.discard(descriptor)
        os.close(descriptor)


def _by_subprocess(command: Sequence[str], env: Mapping[str, str], given: bytes, seconds: float | None) -> Ran:
    import subprocess

    try:
        done = subprocess.run(command, input=given, capture_output=True, timeout=seconds, env=env, check=False)
    except subprocess.TimeoutExpired:
        raise TimeoutError(f"it took longer than {seconds:g} s") from None
    return Ran(done.returncode, done.stdout, done.stderr)
