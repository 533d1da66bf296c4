"""Has a hook's own code answer a question, with the hook's environment and directory, and within its time."""

from __future__ import annotations

import os
import sys
import threading
from time import monotonic

from hooks.event import failure
from hooks.event.event import plugin_file
from mcp_server import hook_app

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hooks.event.io import Answer
    from hooks.resident.exchange import Question

LOOK_EVERY = 1.0
"""Seconds for which the plugin's files count as unchanged."""
WATCH_EVERY = 0.25
"""Seconds between two looks at which threads take too long."""


class Outdated(Exception):
    """The plugin's files are others than those that this process has loaded."""


def answer_to(question: Question, client: int) -> str:
    """What the hook prints; refuses (Outdated, KeyError) a question that another process has to answer."""
    answer = _script(question.hook)
    if os.path.realpath(question.environment.get("CLAUDE_PLUGIN_ROOT", "")) != os.path.realpath(plugin_file()):
        raise Outdated("the hook belongs to another copy of the plugin")
    _files.check()
    # The one thing that a hook's environment says and the kernel knows better.
    environment = {**question.environment, "INTERLOCK_CLIENT_PID": str(client)}
    return answer(question.event, environment, question.directory)


def _script(hook: str) -> Answer:
    """What answers this hook. A session's start is none of them: it sets up what this process runs on."""
    from hooks import activity, lifecycle, post_bash, pre_tool_use

    scripts: dict[str, Answer] = {
        "pre_tool_use": pre_tool_use.answer,
        "post_bash": post_bash.answer,
        "activity": activity.answer,
        "lifecycle": lifecycle.answer,
    }
    return scripts[hook]


class _Files:
    """The files of the plugin that this process has loaded, with the times that they had then."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[str, float] = {}
        self._checked = float("-inf")

    def check(self) -> None:
        """Refuse (Outdated) to go on if any of them has changed."""
        with self._lock:
            if monotonic() < self._checked + LOOK_EVERY:
                return
            root = plugin_file() + os.sep
            loaded = [getattr(module, "__file__", None) for module in list(sys.modules.values())]
            for file in loaded:
                if file is not None and file.startswith(root) and not self._is_known(file):
                    raise Outdated(f"{file} has changed")
            self._checked = monotonic()

    def _is_known(self, file: str) -> bool:
        now = _time(file)
        return self._known.setdefault(file, now) == now


def _time(file: str) -> float:
    try:
        return os.stat(file).st_mtime
    except OSError:
        return 0.0


class Watchdog:
    """Raises OutOfTime in a thread whose hook takes too long: only a process's first thread gets signals."""

    def __init__(self) -> None:
        self._due: dict[int, float] = {}
        self._lock = threading.Lock()
        self._some = threading.Event()
        threading.Thread(target=self._watch, daemon=True, name="watchdog").start()

    def set(self, seconds: float) -> None:
        """This thread is to be done within so many seconds; 0 ends that."""
        with self._lock:
            if seconds:
                self._due[threading.get_ident()] = monotonic() + seconds
            else:
                self._due.pop(threading.get_ident(), None)
        if seconds and not self._some.is_set():
            self._some.set()

    def _watch(self) -> None:
        pause = threading.Event()
        while True:
            self._some.wait()
            pause.wait(WATCH_EVERY)
            with self._lock:
                for thread in [thread for thread, due in self._due.items() if due <= monotonic()]:
                    del self._due[thread]
                    _interrupt(thread)
                if not self._due:
                    self._some.clear()


def _interrupt(thread: int) -> None:
    import ctypes  # only a hook that takes too long pays for it

    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(failure.OutOfTime))


def use_threads() -> None:
    """From now on hooks are answered in threads of this process."""
    failure.set_alarm = Watchdog().set
    hook_app.keep_connections()


_files = _Files()
