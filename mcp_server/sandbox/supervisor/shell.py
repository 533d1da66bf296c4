"""Starts the confined shell and stays its parent: answers its calls, passes signals on, ends as it ended."""

from __future__ import annotations

import os

from mcp_server.sandbox.supervisor import seccomp

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import NoReturn

    from mcp_server.sandbox.supervisor.allowed import Allowed
    from mcp_server.sandbox.supervisor.answers import Answers

_SUBREAPER, _DIE_WITH_PARENT, _SIGKILL = 36, 1, 9
_PASSED_ON = "SIGHUP SIGINT SIGQUIT SIGTERM SIGUSR1 SIGUSR2 SIGCONT".split()
_READY = b"y"
_MOST_DESCRIPTORS = 4096


def can_supervise() -> bool:
    """Whether this kernel lets a process decide about the writes of its child."""
    if not seccomp.is_supported():
        return False
    child = os.fork()
    if not child:
        try:
            seccomp.show_writes()
        except OSError:
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def run(
    confine: Callable[[], None], become: Callable[[], object], trees: Sequence[str], rules: Sequence[Allowed]
) -> NoReturn:
    """Run `become` in a child that `confine` has confined, and end as it ends.

    OSError when the kernel does not let a process be watched; then nothing was started, and this process is as before.
    """
    told, tell = os.pipe()
    heard, answer = os.pipe()
    child = os.fork()
    if not child:
        os.close(told)
        os.close(answer)
        _child(confine, become, tell, heard)
    os.close(tell)
    os.close(heard)
    try:
        said = os.read(told, 16)
        if not said.isdigit():
            raise OSError(said.decode(errors="replace") or "the shell could not be started")
        listener = seccomp.Listener(seccomp.descriptor_of(child, int(said)))
    except OSError:
        os.close(answer)
        os.waitpid(child, 0)
        raise
    finally:
        os.close(told)
    os.write(answer, _READY)
    os.close(answer)
    from mcp_server.sandbox.supervisor.answers import Answers  # while the shell starts already

    _Supervisor(child, listener.descriptor, Answers(listener, trees, rules)).stay()


def _child(confine: Callable[[], None], become: Callable[[], object], tell: int, heard: int) -> NoReturn:
    """The shell, once its parent watches it; both pipes close when it becomes that."""
    listens = tell
    try:
        import ctypes

        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, _SIGKILL, 0, 0, 0)
        confine()
        os.write(tell, str(seccomp.show_writes()).encode())
        if os.read(heard, 1) == _READY:
            listens = 2
            become()
    except BaseException as error:  # noqa: BLE001  a child must not go on as its parent
        os.write(listens, f"interlock: {error}\n".encode(errors="replace"))
    os._exit(126)


class _Supervisor:
    """The parent of one confined shell."""

    def __init__(self, child: int, calls: int, answers: Answers) -> None:
        self._child, self._calls, self._answers = child, calls, answers
        self._status: int | None = None

    def stay(self) -> NoReturn:
        """Answer until the shell has ended, then end in the same way; what it left running is answered on."""
        self._take_orphans()
        self._pass_signals_on()
        self._answer_until_ended()
        if self._others_are_left():
            self._leave_a_successor()
        _end_as(self._status or 0)

    def _take_orphans(self) -> None:
        """What the shell's children leave behind stays below this process, which may read its memory only there."""
        import ctypes

        ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)

    def _pass_signals_on(self) -> None:
        import _signal  # type: ignore[import-not-found]  # importing `signal` takes as long as computing the rights

        for number in _numbers():
            _signal.signal(number, lambda number, _: self._pass_on(number))

    def _pass_on(self, number: int) -> None:
        if self._status is None:  # until it is reaped, its number is nobody else's
            os.kill(self._child, number)

    def _answer_until_ended(self) -> None:
        from select import POLLIN, poll

        waiting = poll()
        waiting.register(self._calls, POLLIN)
        ended = os.pidfd_open(self._child)
        waiting.register(ended, POLLIN)
        while self._status is None:
            for descriptor, events in waiting.poll():
                if descriptor == ended:
                    self._reap()
                elif events & POLLIN:
                    self._answers.next()
                else:
                    waiting.unregister(descriptor)

    def _reap(self) -> None:
        """The shell has ended; so may have others that it left behind."""
        try:
            while (found := os.waitpid(-1, os.WNOHANG))[0]:
                if found[0] == self._child:
                    self._status = found[1]
        except ChildProcessError:
            pass

    def _others_are_left(self) -> bool:
        from select import POLLHUP, poll

        waiting = poll()
        waiting.register(self._calls, 0)
        return not any(events & POLLHUP for _, events in waiting.poll(0))

    def _leave_a_successor(self) -> None:
        if os.fork():
            return
        os.setsid()
        _by_default(_numbers())
        os.chdir("/")
        self._close_all_but_the_listener()
        self._answer_until_nobody_is_left()
        os._exit(0)

    def _close_all_but_the_listener(self) -> None:
        null = os.open(os.devnull, os.O_RDWR)
        for number in range(3):
            os.dup2(null, number)
        os.closerange(3, self._calls)
        os.closerange(self._calls + 1, _MOST_DESCRIPTORS)

    def _answer_until_nobody_is_left(self) -> None:
        from select import POLLIN, poll

        waiting = poll()
        waiting.register(self._calls, POLLIN)
        while all(events & POLLIN for _, events in waiting.poll()):
            self._answers.next()


def _end_as(status: int) -> NoReturn:
    if os.WIFSIGNALED(status):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        _by_default([number := os.WTERMSIG(status)])
        os.kill(os.getpid(), number)
    os._exit(os.waitstatus_to_exitcode(status) & 0xFF)


def _numbers() -> list[int]:
    import _signal

    return [getattr(_signal, name) for name in _PASSED_ON]


def _by_default(numbers: Sequence[int]) -> None:
    import _signal

    for number in numbers:
        if number not in (_signal.SIGKILL, _signal.SIGSTOP):
            _signal.signal(number, _signal.SIG_DFL)
