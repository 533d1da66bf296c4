"""The setting of the demo: a temporary folder with the repository, and the agents; all removed at the end."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path
from threading import Timer
from types import TracebackType
from typing import Any

from mcp_server.demo.expecting import expect
from mcp_server.demo.player import Player
from mcp_server.demo.repository import Repository, surroundings
from mcp_server.demo.stopping import run_uninterrupted, undisturbed
from mcp_server.demo.voice import Voice

NAMES = ("ada", "ben", "cleo")
LONGEST = 90.0
"""After so many seconds the agents are ended, and whoever waits for one gets an error."""


class Stage:
    """The temporary folder, the agents, and `holders`: which agent holds which task."""

    def __init__(self, root: Path, voice: Voice) -> None:
        self.voice = voice
        self.players: dict[str, Player] = {}
        self.holders: dict[str, Player] = {}
        self._root = root
        self._folder = Path(tempfile.mkdtemp(prefix="interlock-demo-")).resolve()
        self.repository = Repository(self._folder / "shop")
        self._data = self._folder / "data"
        self._timer = Timer(LONGEST, self._give_up)
        self._timer.daemon = True

    def __enter__(self) -> Stage:
        self.repository.folder.mkdir()
        self._data.mkdir()
        self._reuse_environment()
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # A second Ctrl-C must not leave half of it behind.
        with undisturbed():
            self._timer.cancel()
            try:
                self.everybody_leaves()
            finally:
                shutil.rmtree(self._folder, ignore_errors=True)

    def init(self) -> None:
        """`interlock init`, as a person types it."""
        command = [sys.executable, "-I", str(self._root / "mcp_server"), "init"]
        done = run_uninterrupted(command, cwd=self.repository.folder, env=surroundings())
        expect(done.returncode == 0, "`interlock init` to enable Interlock in the repository", done.stderr)

    def start_players(self) -> None:
        """Start all agents, in parallel."""
        for name in NAMES:
            with undisturbed():
                self.players[name] = Player(name, root=self._root, data=self._data, project=self.repository.folder)

    def others(self, player: Player) -> list[Player]:
        """The other agents."""
        return [other for other in self.players.values() if other is not player]

    def board(self) -> dict[str, Any]:
        """The board, as the first agent sees it."""
        return next(iter(self.players.values())).call("board")

    def lost(self, player: Player) -> None:
        """Forget an agent that was killed."""
        del self.players[player.name]

    def everybody_leaves(self) -> None:
        """The agents end their sessions."""
        for player in self.players.values():
            player.dismiss()
        while self.players:
            self.players.popitem()[1].leave()

    def _reuse_environment(self) -> None:
        # The start of a session sets up the environment; here this process's own is used.
        stamp = self._data / "ready"
        stamp.write_text(f"{self._root}\n{sys.executable}\n{os.environ.get('INTERLOCK_PYTHON', '')}\n")
        locked = (self._root / "requirements.txt").stat()
        os.utime(stamp, ns=(locked.st_atime_ns, locked.st_mtime_ns))

    def _give_up(self) -> None:
        for player in list(self.players.values()):
            player.end_by_force(f"it was ended after {LONGEST:g} s, because it seemed to hang")
