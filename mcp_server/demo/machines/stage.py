"""The setting: a database, a repository that two machines cloned, and an agent on each; all removed at the end."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from threading import Timer
from types import TracebackType
from typing import NamedTuple

from mcp_server.demo import shop
from mcp_server.demo.expecting import expect
from mcp_server.demo.machines.database import DemoDatabase
from mcp_server.demo.player import Player
from mcp_server.demo.repository import SECONDS, Repository, surroundings
from mcp_server.demo.stopping import run_uninterrupted, undisturbed
from mcp_server.demo.voice import Voice

LONGEST = 90.0
"""After so many seconds the agents are ended, and whoever waits for one gets an error."""
SETTINGS = ".claude/interlock.toml"


class Machine(NamedTuple):
    """One of the machines, which here are two identities on one: its name, its checkout, its agent."""

    name: str
    checkout: Repository
    agent: Player

    @property
    def agent_name(self) -> str:
        """How agents of other machines call its agent."""
        return f"{self.agent.name}@{self.name}"


class Stage:
    """The temporary folder, the database, and the two machines, `laptop` with ada and `build-2` with ben."""

    laptop: Machine
    build: Machine

    def __init__(self, root: Path, voice: Voice) -> None:
        self.voice = voice
        self.database = DemoDatabase()
        self._root = root
        self._folder = Path(tempfile.mkdtemp(prefix="interlock-demo-")).resolve()
        self._players: list[Player] = []
        self._timer = Timer(LONGEST, self._give_up)
        self._timer.daemon = True

    def __enter__(self) -> Stage:
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with undisturbed():  # a second Ctrl-C must not leave half of it behind
            self._timer.cancel()
            for player in self._players:
                player.dismiss()
            for player in self._players:
                player.leave()
            self.database.remove()
            shutil.rmtree(self._folder, ignore_errors=True)

    def set_up(self) -> None:
        """Make the database, a repository whose settings name it, and the two machines that clone it."""
        self.database.create()
        first = Repository(self._folder / "first")
        first.folder.mkdir()
        first.create({**shop.FILES, SETTINGS: f'[store]\nurl = "{self.database.url}"\n'})
        self._git("clone", "--quiet", "--bare", str(first.folder), "shop.git")
        self.laptop = self._machine("laptop", "ada")
        self.build = self._machine("build-2", "ben")

    def types(self, machine: Machine, *words: str) -> str:
        """What a person types at a machine, and what it prints."""
        return self._interlock(machine.name, machine.checkout, *words)

    def _machine(self, name: str, agent: str) -> Machine:
        self._git("clone", "--quiet", "shop.git", name)
        checkout = Repository(self._folder / name)
        self._interlock(name, checkout, "init")
        data = self._folder / f"data-{name}"
        data.mkdir()
        stamp = data / "ready"  # the environment of this process is used
        stamp.write_text(f"{self._root}\n{sys.executable}\n{os.environ.get('INTERLOCK_PYTHON', '')}\n")
        locked = (self._root / "requirements.txt").stat()
        os.utime(stamp, ns=(locked.st_atime_ns, locked.st_mtime_ns))
        with undisturbed():
            player = Player(agent, root=self._root, data=data, project=checkout.folder, more=_identity(name))
            self._players.append(player)
        player.meet()
        return Machine(name, checkout, player)

    def _interlock(self, name: str, checkout: Repository, *words: str) -> str:
        command = [sys.executable, "-I", str(self._root / "mcp_server"), *words]
        done = run_uninterrupted(command, cwd=checkout.folder, env={**surroundings(), **_identity(name)})
        expect(done.returncode == 0, f"`interlock {' '.join(words)}` to work on {name}", done.stderr)
        return done.stdout

    def _git(self, *words: str) -> None:
        done: subprocess.CompletedProcess[str] = run_uninterrupted(
            ["git", *words], cwd=self._folder, env=surroundings(), seconds=SECONDS
        )
        if done.returncode != 0:
            raise OSError(f"git {words[0]} failed: {done.stderr.strip()[-300:]}")

    def _give_up(self) -> None:
        for player in self._players:
            player.end_by_force(f"it was ended after {LONGEST:g} s, because it seemed to hang")


def _identity(name: str) -> dict[str, str]:
    """What makes a process one of this machine's."""
    return {"INTERLOCK_HOST": name}
