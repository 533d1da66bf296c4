"""Keeps the mirror of a repository fresh beside what a process does: one process of a machine does it for all."""

from __future__ import annotations

import fcntl
import os
import sys
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from threading import Event, Thread
from time import sleep

from mcp_server.adapters.git.merging.conflict_search import GitConflictSearch
from mcp_server.adapters.host.file_stamp import stamp
from mcp_server.adapters.host.home_worktree import settled
from mcp_server.adapters.host.machine.left import has_left
from mcp_server.adapters.host.repository import Repository
from mcp_server.adapters.postgres.follow import Follower
from mcp_server.adapters.settings.settings_file import read_settings, settings_in_force
from mcp_server.adapters.sqlite.store import create
from mcp_server.core.merge.rounds import go_round
from mcp_server.core.workplace import Workplace
from mcp_server.domain.errors import StateUnavailable
from mcp_server.sharing.database import Database

ROUND_EVERY = 60.0
"""Seconds between two rounds: who works in silence is seen by others long before a lease expires."""
MOST_PAUSE = 10.0
"""Seconds after which a database that can't be reached is tried again, at most."""
LOCK = "following"


def begin(repository: Repository) -> bool:
    """Put a clone into use whose settings name a database in which others share this repository.

    Not one that a person took Interlock out of. Refuses (StateUnavailable) a database that can't be reached; nothing is
    made then.
    """
    if has_left(repository.state):
        return False
    url = read_settings(repository.settings).store.url
    if url is None or not Database(repository, url).is_shared():
        return False
    create(Database(repository, url).file)
    Database(settled(repository), url).store().close()
    return True


def follow(repository: Repository, open_place: Callable[[], Workplace]) -> None:
    """Keep the mirror of a repository fresh until its settings name another database, or none; and go a round now and
    then, in the workplace that `open_place` opens: fetch what other machines have pushed, compare, record.

    One process of a machine does it for all; the others return at once.
    """
    handle = os.open(Path(repository.state) / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        return
    over = Event()
    try:
        # Git takes its time, and nobody's mirror is to get old meanwhile.
        Thread(target=_go_rounds, args=(repository, open_place, over), daemon=True, name="rounds").start()
        _follow(repository)
    finally:
        over.set()
        os.close(handle)


def _follow(repository: Repository) -> None:
    settings = stamp(repository.settings)
    url = settings_in_force(repository.settings, repository.state).store.url
    pause = 1.0
    while url is not None and stamp(repository.settings) == settings and repository.in_use:
        try:
            database = Database(repository, url)
            with closing(database.store()) as store:
                follower = Follower(store)
                while stamp(repository.settings) == settings and repository.in_use:
                    follower.round()
                    pause = 1.0
        except StateUnavailable as error:
            sys.stderr.write(f"interlock: {error}\n")
            sleep(pause)
            pause = min(2 * pause, MOST_PAUSE)


def _go_rounds(repository: Repository, open_place: Callable[[], Workplace], over: Event) -> None:
    while not over.wait(ROUND_EVERY):
        with suppress(StateUnavailable):  # the follower says so
            try:
                trouble = go_round(open_place(), GitConflictSearch(repository.root, repository.state)).trouble
            except StateUnavailable:
                raise
            except Exception as error:  # noqa: BLE001  the next round tries again; agents need not know
                trouble = str(error)
            if trouble is not None:
                sys.stderr.write(f"interlock: what other machines pushed was not fetched: {trouble}\n")
