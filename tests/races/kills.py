"""Kills workers of all kinds at random points, and counts what was lost, doubled or kept by the dead.

    python -m tests.races.kills [KILLS] [SEED]

Eight workers (see `killed_worker`) work on one repository. One after the other is killed, with all that it had started
or alone, and followed by a new one. It prints the counts as JSON, and ends with 1 if anything was lost.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from mcp_server.adapters.host.clock import system_clock
from mcp_server.adapters.host.processes import HostProcesses
from mcp_server.adapters.host.repository import repository_of
from mcp_server.adapters.settings.policy_cache import policy_of
from mcp_server.adapters.sqlite.store import SqliteStore, create
from mcp_server.core.agents.register import Caller, recognise
from mcp_server.core.board.board import read_board
from mcp_server.core.tasks.plan import Proposal, plan_tasks
from mcp_server.core.workplace import Workplace
from mcp_server.domain.agent import Process
from mcp_server.domain.settings import Settings
from tests.adapters.git_repositories import git
from tests.hooks.conftest import set_up
from tests.races.killed_worker import KINDS
from tests.workspace import FakeCheckout

ROOT = Path(__file__).parents[2]
WORKERS = 8
LONGEST_LIFE = 24.0
"""Seconds for which a worker lives, about; a random part of it passes between the kills of all."""
PATIENCE = {"server": 3, "command_line": 2, "hooks": 2, "merges": 1}
"""How often each kind is killed, compared with the others: a merge takes its time."""


class Worker(NamedTuple):
    """One that runs, and what it has acknowledged so far."""

    kind: str
    name: str
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def identity(self) -> Process | None:
        """Its process, as it is known to others."""
        return HostProcesses().identify(self.process.pid)


class Race:
    """One repository, its workers, and all that they acknowledged."""

    def __init__(self, folder: Path, kills: int, seed: int) -> None:
        self.repo, self._data, self._logs = folder / "repo", folder / "data", folder / "logs"
        for path in (self.repo / "work", self._data, self._logs):
            path.mkdir(parents=True)
        self._random = Random(seed)  # noqa: S311  chance, no secret
        self._kills = kills
        self.counts: Counter[str] = Counter()
        self._workers: list[Worker] = []
        self._number = 0
        self._prepare()

    def run(self) -> dict[str, int]:
        """Kill as often as was asked; the counts."""
        self._workers = [self._started(kind) for kind in [*KINDS, *KINDS]]
        while self.counts["killed"] < self._kills:
            time.sleep(self._random.random() * LONGEST_LIFE / WORKERS)
            victim = self._random.choices(self._workers, [PATIENCE[worker.kind] for worker in self._workers])[0]
            self._workers.remove(victim)
            self._kill(victim)
            self._workers.append(self._started(victim.kind))
        for worker in self._workers:
            self._kill(worker)
        self._compare()
        return dict(sorted(self.counts.items()))

    def end(self) -> None:
        """Nothing runs any more."""
        self.store.close()

    def _prepare(self) -> None:
        set_up(self._data)
        git(self.repo, "init", "--quiet", "--initial-branch", "main")
        git(self.repo, "config", "user.name", "Race")
        git(self.repo, "config", "user.email", "race@example.invalid")
        (self.repo / ".gitignore").write_text("src/\n")
        (self.repo / "work" / "begin").write_text("begin\n")
        git(self.repo, "add", ".")
        git(self.repo, "commit", "--quiet", "--message", "Start")
        file = self.repo / ".git" / "interlock" / "state.db"
        create(file)
        repository = repository_of(str(self.repo))
        self.store = SqliteStore(file, clock=system_clock, policy=lambda: policy_of(repository))
        self.place = Workplace(self.store, HostProcesses(), FakeCheckout(), Settings)
        with self.store.writing() as books:
            self._planner = recognise(books, Caller("planner", title="planner")).id
        names = [f"J{number}" for number in range(self._kills * 6)]
        to_merge = [f"M{number}" for number in range(self._kills)]
        plan = [Proposal(f"Work on {name}", (f"src/{name}/**",), id=name) for name in names]
        plan += [Proposal(f"Merge {name}", (f"work/{name}",), id=name, priority=-9) for name in to_merge]
        for at in range(0, len(plan), 100):
            plan_tasks(self.place, self._planner, plan[at : at + 100])
        (self.repo / ".git" / "to-merge").write_text(json.dumps(to_merge))

    def _started(self, kind: str) -> Worker:
        self._number += 1
        name = f"{kind.replace('_', '-')}-{self._number}"
        log = self._logs / name
        words = [kind, str(self.repo), str(self._data), name, str(log)]
        with (self._logs / f"{name}.err").open("wb") as complaints:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.races.killed_worker", *words],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=complaints,
            )
        self.counts[f"started {kind}"] += 1
        return Worker(kind, name, process, log)

    def _kill(self, worker: Worker) -> None:
        identity = worker.identity
        ended = worker.process.poll() is not None
        with_all = self._random.random() < 0.5
        try:
            os.killpg(worker.process.pid, signal.SIGKILL) if with_all else worker.process.kill()
        except ProcessLookupError:
            worker.process.kill()
        worker.process.wait()
        self.counts["ended by itself" if ended else "killed"] += 1
        complaints = (self._logs / f"{worker.name}.err").read_text()
        if "Error" in complaints:
            self.counts["complained"] += 1
            print(f"{worker.name}: {complaints[-600:]}", file=sys.stderr)
        if identity is not None:
            self._look_for_leases_of(identity)

    def _look_for_leases_of(self, process: Process) -> None:
        """What the dead held is free at once: for the guard, which only reads, and for the board."""
        with self.store.reading() as books:
            live = {lease.holder_id for lease in books.guard.within("src")}
            live |= {lease.holder_id for lease in books.guard.within("work")}
            self.counts["leases kept by the dead"] += sum(books.agents.get(one).process == process for one in live)
        now = read_board(self.place)
        holders = {lease.holder for lease in (*now.claims, *now.locks) if lease.is_live(now.now)}
        with self.store.reading() as books:
            self.counts["leases kept by the dead"] += sum(books.agents.get(one).process == process for one in holders)

    def _compare(self) -> None:
        """What was acknowledged, beside what is there."""
        said = [json.loads(line) for file in self._logs.glob("*[0-9]") for line in file.read_text().splitlines()]
        for kind, *_ in said:
            self.counts[f"acknowledged: {kind}"] += 1
        tokens = [(task, token) for kind, task, token in (one for one in said if one[0] == "claimed")]
        self.counts["doubled"] += len(tokens) - len({token for _, token in tokens})
        done = [one[1] for one in said if one[0] == "done"]
        self.counts["doubled"] += len(done) - len(set(done))
        with self.store.reading() as books:
            events = {event.id: event for event in books.events.recent(1_000_000)}
            for task, token in tokens:
                event = events.get(token)
                self.counts["lost"] += event is None or (event.kind, event.subject) != ("claimed", task)
            for task in done:
                found = books.tasks.get(task)
                self.counts["lost"] += found is None or found.status != "done"
            for _, task, text in (one for one in said if one[0] == "note"):
                found = books.tasks.get(task)
                notes = books.tasks.notes(found.seq, 1_000) if found else []
                self.counts["lost"] += text not in [note.text for note in notes]
            for path in (one[1] for one in said if one[0] == "edited"):
                self.counts["lost"] += not books.journal.editors(path)
            inbox = [message.subject for message in books.shared.inbox(self._planner, unread_only=False, limit=10_000)]
            sent = [one[1] for one in said if one[0] == "sent"]
            self.counts["lost"] += sum(subject not in inbox for subject in sent)
            self.counts["doubled"] += sum(times > 1 for times in Counter(inbox).values())
            held = Counter(lease.task for lease in books.leases.all() if lease.resource is None)
            self.counts["doubled"] += sum(times > 1 for times in held.values())
        self._compare_git([one for one in said if one[0] in ("committed", "merged")])
        self.counts["damaged"] += _integrity(self.repo) != "ok"

    def _compare_git(self, said: list[list[Any]]) -> None:
        merged = [task for kind, task in said if kind == "merged"]
        there = set(git(self.repo, "ls-tree", "--name-only", "main", "work/").split())
        self.counts["lost"] += sum(f"work/{task}" not in there for task in merged)
        subjects = Counter(git(self.repo, "log", "--format=%s", "--no-merges", "main").splitlines())
        self.counts["doubled"] += sum(subjects[f"work on {task}"] > 1 for kind, task in said if kind == "committed")
        reachable = set(git(self.repo, "log", "--all", "--format=%s").splitlines())
        self.counts["lost"] += sum(f"work on {task}" not in reachable for kind, task in said if kind == "committed")
        self.counts["damaged"] += bool(git(self.repo, "status", "--porcelain", "--untracked-files=no"))


def _integrity(repo: Path) -> str:
    import sqlite3

    state = sqlite3.connect(repo / ".git/interlock/state.db")
    try:
        return str(state.execute("PRAGMA integrity_check").fetchone()[0])
    finally:
        state.close()


def kill(kills: int, seed: int) -> dict[str, int]:
    """The counts of one race in a repository of its own."""
    folder = Path(tempfile.mkdtemp(prefix="kills-"))
    race = Race(folder, kills, seed)
    try:
        return race.run()
    finally:
        race.end()
        shutil.rmtree(folder, ignore_errors=True)


BAD = ("lost", "doubled", "leases kept by the dead", "damaged", "complained")

if __name__ == "__main__":
    counts = kill(int((sys.argv[1:2] or ["200"])[0]), int((sys.argv[2:3] or ["1"])[0]))
    print(json.dumps(counts, indent=2))
    sys.exit(any(counts.get(name) for name in BAD))
