"""Starts the confined shell and stays its parent: answers its calls, passes signals on, ends as it ended."""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # importing `signal` takes as long as computing the rights
import _thread
import os

from mcp_server.sandbox import system_calls
from mcp_server.sandbox.supervisor import seccomp

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import NoReturn

    from mcp_server.sandbox.supervisor.allowed import Allowed
    from mcp_server.sandbox.supervisor.answers import Answers
    from mcp_server.sandbox.supervisor.lost import Lost

_SUBREAPER = 36
_PASSED_ON = "SIGHUP SIGINT SIGQUIT SIGTERM SIGUSR1 SIGUSR2 SIGCONT".split()
_MOST_DESCRIPTORS = 4096
_LOOK_EVERY = 1000
"""Milliseconds between two looks whether a place that the command may write is somebody else's by now."""


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
    confine: Callable[[], None],
    command: Sequence[str],
    environment: Mapping[str, str],
    places: Sequence[str],
    rules: Callable[[], Sequence[Allowed]],
    lost: Sequence[Lost] = (),
) -> NoReturn:
    """Start `command` as `confine` confines it, to `places` among others, and end as it ends.

    OSError when the kernel does not let a process be watched; then nothing was started, and this process is as before.
    """
    signals = _Signals()
    _take_orphans(1)
    start = _Start(confine, command, environment)
    start.begun.acquire()
    if start.failure is not None:
        _take_orphans(0)
        signals.stop()
        raise start.failure
    try:
        from mcp_server.sandbox.supervisor.answers import Answers  # while the shell starts already

        answers = Answers(seccomp.Listener(start.calls), places, rules, lost)
        supervisor = _Supervisor(start.child, signals, start.calls, answers, lost)
        signals.pass_on_to(start.child, supervisor.prepare_for_its_end)
        status = supervisor.stay()
    except BaseException as error:  # noqa: BLE001  the command runs already: nobody may start it again
        os.write(2, f"interlock: this command was stopped, because it is no longer confined: {error}\n".encode())
        os.kill(start.child, _signal.SIGKILL)
        os._exit(126)
    _end_as(status)


def _take_orphans(yes: int) -> None:
    """What the shell's children leave behind stays below this process, which may read its memory only there."""
    system_calls.prctl(_SUBREAPER, yes, 0, 0, 0)


class _Signals:
    """The signals that this process gets for its child; those that come before there is one wait for it."""

    def __init__(self) -> None:
        self._child = 0
        self._first: Callable[[], None] = lambda: None
        self._waiting: list[int] = []
        self._before: dict[int, object] = {}
        for number in (getattr(_signal, name) for name in _PASSED_ON):
            if _signal.getsignal(number) != _signal.SIG_IGN:
                self._before[number] = _signal.signal(number, lambda number, _: self._pass_on(number))

    def pass_on_to(self, child: int, first: Callable[[], None] = lambda: None) -> None:
        """The child is there; `first` is done before it gets a signal that may be followed by the end of both."""
        self._child, self._first = child, first
        while self._waiting:
            os.kill(child, self._waiting.pop(0))

    def stop(self) -> None:
        """The child is gone, or there will be none."""
        self._child = 0
        for number, handler in self._before.items():
            _signal.signal(number, handler)

    def _pass_on(self, number: int) -> None:
        if self._child:
            if number in (_signal.SIGTERM, _signal.SIGHUP, _signal.SIGINT):
                self._first()
            os.kill(self._child, number)
        else:
            self._waiting.append(number)


class _Start:
    """A thread that is confined alone, and starts the shell, which inherits that.

    A thread instead of a child: the kernel need not copy what this process has in memory.
    """

    def __init__(self, confine: Callable[[], None], command: Sequence[str], environment: Mapping[str, str]) -> None:
        self.calls, self.child = -1, -1
        self.failure: Exception | None = None
        self.begun = _thread.allocate_lock()
        self.begun.acquire()
        _thread.start_new_thread(self._run, (confine, command, environment))

    def _run(self, confine: Callable[[], None], command: Sequence[str], environment: Mapping[str, str]) -> None:
        try:
            confine()
            self.calls = seccomp.show_writes()
            self.child = os.posix_spawn(command[0], list(command), environment)
        except Exception as error:  # noqa: BLE001  it is reported by the other thread
            self.failure = error
        self.begun.release()


class _Supervisor:
    """The parent of one confined shell."""

    def __init__(self, child: int, signals: _Signals, calls: int, answers: Answers, lost: Sequence[Lost]) -> None:
        self._child, self._signals, self._calls, self._answers = child, signals, calls, answers
        self._lost = lost
        self._status: int | None = None
        self._has_successor = False

    def stay(self) -> int:
        """Answer until the shell has ended, and return how; what it left running is answered on."""
        self._answer_until_ended()
        if self._others_are_left():
            self._leave_a_successor()
        return self._status or 0

    def _answer_until_ended(self) -> None:
        from select import POLLIN, poll

        waiting = poll()
        waiting.register(self._calls, POLLIN)
        ended = os.pidfd_open(self._child)
        waiting.register(ended, POLLIN)
        while self._status is None:
            self._stop_writers()
            for descriptor, events in waiting.poll(self._pause):
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
                    self._signals.stop()  # from now on its number may be somebody else's
                    self._status = found[1]
        except ChildProcessError:
            pass

    def _others_are_left(self) -> bool:
        from select import POLLHUP, poll

        waiting = poll()
        waiting.register(self._calls, 0)
        return not any(events & POLLHUP for _, events in waiting.poll(0))

    def prepare_for_its_end(self) -> None:
        """Have a successor that begins when this process is gone: its whole group may be killed at any moment."""
        if self._has_successor:
            return
        self._has_successor = True
        ended, ours = os.pipe()  # our end of it closes with this process
        if not os.fork():
            os.close(ours)
            self._succeed(ended)
        os.close(ended)

    def _leave_a_successor(self) -> None:
        if not self._has_successor and not os.fork():
            self._succeed(None)

    def _succeed(self, after: int | None) -> NoReturn:
        """Answer for as long as somebody is left; in a session of its own, so that it outlives this one."""
        os.setsid()
        os.chdir("/")
        kept = sorted({self._calls, self._calls if after is None else after})
        null = os.open(os.devnull, os.O_RDWR)
        for number in range(3):
            os.dup2(null, number)
        for first, last in zip([2, *kept], [*kept, _MOST_DESCRIPTORS], strict=True):
            os.closerange(first + 1, last)
        if after is not None:
            os.read(after, 1)
        self._answer_until_nobody_is_left()
        os._exit(0)

    def _answer_until_nobody_is_left(self) -> None:
        from select import POLLIN, poll

        waiting = poll()
        waiting.register(self._calls, POLLIN)
        while True:
            self._stop_writers()
            found = waiting.poll(self._pause)
            if not all(events & POLLIN for _, events in found):
                return
            if found:
                self._answers.next()

    @property
    def _pause(self) -> int | None:
        return _LOOK_EVERY if self._lost else None

    def _stop_writers(self) -> None:
        """What is open already is written without a question."""
        for lost in self._lost:
            lost.stop_writers()


def _end_as(status: int) -> NoReturn:
    if os.WIFSIGNALED(status):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        number = os.WTERMSIG(status)
        if number != _signal.SIGKILL:
            _signal.signal(number, _signal.SIG_DFL)
        os.kill(os.getpid(), number)
    os._exit(os.waitstatus_to_exitcode(status) & 0xFF)
