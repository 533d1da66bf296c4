"""The process of a session's server: answers the client's calls, and the hooks that the client starts."""

import _thread
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from hooks.resident.start import Resident  # noqa: E402
from mcp_server import front  # noqa: E402  the folder has to be on the path first
from mcp_server.adapters.host.repository import Repository, repository_of  # noqa: E402
from mcp_server.bootstrap import check  # noqa: E402

FIRST_PRUNE, PRUNE_EVERY, PRUNE_PAUSE = 60.0, 3_600.0, 0.2
"""Seconds: many sessions are short, and a long one forgets again."""
LOOK_AGAIN = 10.0
"""Seconds until it is noticed that a repository was put into use."""


def here() -> Repository:
    """The repository that the session began in."""
    directory = os.environ.get("CLAUDE_PROJECT_DIR") or os.getcwd()
    return repository_of(os.path.realpath(directory), directory)


def prune_when_idle() -> None:
    """Forget what is too old, for as long as the session lives."""
    from time import sleep

    from mcp_server import hook_app

    wait = FIRST_PRUNE
    while True:
        sleep(wait)
        wait = PRUNE_EVERY
        try:
            repository = here()
            if repository.in_use:
                hook_app.prune(repository, lambda: sleep(PRUNE_PAUSE))
        except Exception as error:  # noqa: BLE001  it can wait: the session goes on, and others do the same
            sys.stderr.write(f"interlock: what is old was not forgotten: {error}\n")


def notify_people(client: int) -> None:
    """Notify a person of what needs one, for as long as the session lives."""
    from time import sleep

    from hooks.resident.notifying import EVERY, Notifying

    watching: Notifying | None = None
    while True:
        sleep(EVERY if watching is not None else LOOK_AGAIN)
        try:
            repository = here() if watching is None else watching.repository
            if not repository.in_use:
                watching = None
                continue
            watching = watching or Notifying(repository, client, os.environ)
            watching.look()
        except Exception as error:  # noqa: BLE001  the board shows it all the same
            sys.stderr.write(f"interlock: nobody was notified: {error}\n")


def follow_database() -> None:
    """Keep the state fresh where it mirrors a database, for as long as the session lives.

    A clone of a repository that others share in a database is put into use: the settings say so to everybody.
    """
    from time import sleep

    while True:
        try:
            repository = here()
            if names_database(repository.settings):
                front.find_libraries()
                from mcp_server.app import Opener
                from mcp_server.sharing.follow import begin, follow

                if repository.in_use or begin(repository):
                    follow(repository, Opener(repository))
        except Exception as error:  # noqa: BLE001  the mirror says how old it is
            sys.stderr.write(f"interlock: the database was not followed: {error}\n")
        sleep(LOOK_AGAIN)


def names_database(settings: str) -> bool:
    """Whether these settings name a database; most have no such section, and are not read any further."""
    from mcp_server.adapters.host.file_stamp import text_of

    if "store" not in text_of(settings):
        return False
    from mcp_server.adapters.settings.settings_file import read_settings

    return read_settings(settings).store.url is not None


if __name__ == "__main__":
    import _signal  # type: ignore[import-not-found]  # private, so without a stub

    version = check.version(front.ROOT)
    resident = Resident(os.environ, version)

    def start() -> None:
        """Answer hooks, and do what no hook has to wait for."""
        resident.listen()
        repository = here()
        if repository.in_use:
            from mcp_server import hook_app

            hook_app.tidy(repository, now=True)
        _thread.start_new_thread(prune_when_idle, ())
        _thread.start_new_thread(notify_people, (resident.client,))
        _thread.start_new_thread(follow_database, ())

    def end(*_: object) -> None:
        """Leave no socket behind; there is nothing else to finish."""
        resident.leave()
        os._exit(0)

    for ending in (_signal.SIGTERM, _signal.SIGINT, _signal.SIGHUP):
        _signal.signal(ending, end)
    front.serve(version, start, lambda: here().in_use)
    end()
