"""Where the demo plays: a temporary folder with the repository, and the agents; all gone when it is over."""

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
from mcp_server.demo.stopping import run_to_its_end, undisturbed
from mcp_server.demo.voice import Voice

NAMES = ("ada", "ben", "cleo")
LONGEST = 90.0
"""After so many seconds nobody waits any longer: the agents are ended, and whoever waits for one is told."""


class Stage:
    """The temporary folder, what happens in it, and `holders`: who holds which task, once that is known."""

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
        self._name_environment()
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
        done = run_to_its_end(command, cwd=self.repository.folder, env=surroundings())
        expect(done.returncode == 0, "`interlock init` to put the repository into use", done.stderr)

    def start_players(self) -> None:
        """Start all agents, side by side."""
        for name in NAMES:
            with undisturbed():
                self.players[name] = Player(name, root=self._root, data=self._data, project=self.repository.folder)

    def others(self, player: Player) -> list[Player]:
        """The agents beside this one."""
        return [other for other in self.players.values() if other is not player]

    def board(self) -> dict[str, Any]:
        """The board, as the first agent sees it."""
        return next(iter(self.players.values())).call("board")

    def lost(self, player: Player) -> None:
        """An agent is gone for good."""
        del self.players[player.name]

    def everybody_leaves(self) -> None:
        """The agents end their sessions."""
        for player in self.players.values():
            player.dismiss()
        while self.players:
            self.players.popitem()[1].leave()

    def _name_environment(self) -> None:
        # A session's start sees to the environment; the one that this process runs in will do.
        stamp = self._data / "ready"
        stamp.write_text(f"{self._root}\n{sys.executable}\n{os.environ.get('INTERLOCK_PYTHON', '')}\n")
        locked = (self._root / "requirements.txt").stat()
        os.utime(stamp, ns=(locked.st_atime_ns, locked.st_mtime_ns))

    def _give_up(self) -> None:
        for player in list(self.players.values()):
            player.end_by_force(f"it was ended after {LONGEST:g} s, since it seemed to hang")
