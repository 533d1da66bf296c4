"""Waits beside a session whose turn has ended, and wakes it when a message for it comes.

The client starts this when a session starts and at each stop, and does not wait for it; exit code 2 makes it show the
session what is on stderr. While nothing comes, a look costs a few system calls: the state is opened only when somebody
has written into it.
"""

from __future__ import annotations

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from hooks.event import io  # noqa: E402  the plugin's folder has to be on the path first
from mcp_server.adapters.host.file_stamp import database_stamp, stamp  # noqa: E402
from mcp_server.adapters.host.repository import used_at  # noqa: E402

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hooks.event.event import Event
    from mcp_server.adapters.host.repository import Repository
    from mcp_server.hook_app import HookStore

WAKES = 2
"""The exit code for which the client begins a turn."""
EVERY = 0.5
"""Seconds between two looks."""
ANEW = 10
"""After so many looks it looks even if nothing was written: a turn that was interrupted writes nothing."""
LONGEST = 604_000.0
"""Seconds for which it waits: less than the `timeout` in hooks.json."""
LONGEST_TEXT = 6_000
MOST_SEARCHED = 1_000
MOST = 100
"""More messages than one turn should begin with: the rest follow at its next steps."""
NOTE = "waiting."


class Waiting:
    """What waits for the messages to one session; the latest for a client's process is the only one that counts."""

    def __init__(self, event: Event, repository: Repository) -> None:
        self._event = event
        self._repository = repository
        self._parent = os.getppid()
        self._seen: object = None
        self._looks = 0
        self._after = self._latest() if event.name == "SessionStart" else 0
        self._note = os.path.join(event.notes_folder, f"{NOTE}{event.client_pid or self._parent}")
        self._mine = self._take_over()

    def goes_on(self) -> bool:
        """Whether to look once more: the client lives, and no later stop has begun to wait."""
        return os.getppid() == self._parent and (self._mine is None or stamp(self._note) == self._mine)

    def look(self) -> str:
        """What to wake the session with; empty as long as there is nothing, or it is not idle."""
        now = database_stamp(os.path.join(self._repository.state, "state.db"))
        self._looks += 1
        if now == self._seen and self._looks % ANEW:
            return ""
        self._seen = now  # before anything is read: what is written meanwhile is another one
        from mcp_server.hook_app import HookStore

        store = HookStore(self._repository)
        family = store.guard.rights(self._event.key, None).family
        if not family or not self._has_come(store, family[0]) or not self._is_idle(store, family[0]):
            return ""
        return self._delivered(store, family)

    def _has_come(self, store: HookStore, agent: int) -> bool:
        """Whether it has messages that count: one that starts is not woken by those of earlier days."""
        return any(message.id > self._after for message in store.inbox.unseen(agent, MOST_SEARCHED))

    def _latest(self) -> int:
        from mcp_server.hook_app import HookStore

        return HookStore(self._repository).inbox.latest()

    def _delivered(self, store: HookStore, family: tuple[int, ...]) -> str:
        from mcp_server.core.agents.deliver import wake_up

        with store.writing():
            text = wake_up(store.inbox, family[0], LONGEST_TEXT, MOST)
            if text:
                store.guard.touch(family, prompt_is_over=True)
                # Before it counts as seen: whoever is killed in between has shown nothing and lost nothing.
                sys.stderr.write(text + "\n")
                sys.stderr.flush()
        return text

    def _is_idle(self, store: HookStore, agent: int) -> bool:
        """Whether its turn has ended; of one that was interrupted, which no hook is told, the client says so itself."""
        if store.presence.signs(agent).idle_at is not None:
            return True
        from mcp_server.adapters.host import client_status
        from mcp_server.adapters.host.processes import HostProcesses

        process = HostProcesses().identify(self._parent)
        return process is not None and client_status.is_idle(process.pid, process.started)

    def _take_over(self) -> str | None:
        """Leave a note that this is the one which waits now; None, and others may wait too, if it can't be written."""
        from mcp_server.adapters.host.atomic_write import replace

        try:
            replace(self._note, str(os.getpid()).encode())
        except OSError:
            return None
        return stamp(self._note)


def _is_wanted(repository: Repository) -> bool:
    """Whether the settings let messages wake a session; where there are none they do."""
    if not os.path.exists(repository.settings):
        return True
    from mcp_server.adapters.settings.settings_file import read_settings

    return read_settings(repository.settings).wake_idle


def wait(event: Event) -> int:
    """Wait until there is something to wake the session with, or nobody to wake; the exit code says which."""
    repository = used_at(event.directory, event.project)
    if repository is None or not _is_wanted(repository):
        return 0
    from time import monotonic, sleep

    from mcp_server import hook_app

    hook_app.keep_connections()
    waiting, until = Waiting(event, repository), monotonic() + LONGEST
    while waiting.goes_on() and monotonic() < until and repository.in_use:
        if waiting.look():
            return WAKES
        sleep(EVERY)
    return 0


if __name__ == "__main__":
    try:
        code = wait(io.own_event())
    except Exception as error:  # noqa: BLE001  it is not woken, and finds its messages at its next step
        sys.stderr.write(f"interlock: this session is not woken by messages: {error}\n")
        code = 0
    os._exit(code)
