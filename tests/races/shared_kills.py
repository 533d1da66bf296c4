"""Kills processes on two machines, and the database that they share, and counts what was lost or is there twice.

    python -m tests.races.shared_kills [KILLS] [KILLS_OF_THE_DATABASE] [SEED]

Eight workers (see `shared_worker`), four on each of two mirrors; one after the other is killed at a random point, and
followed by a new one. Now and then the database's server is killed and started again. It prints the counts as JSON,
and ends with 1 if anything that was acknowledged is lost, or is there twice.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import psycopg

from mcp_server.adapters.host.processes import HostProcesses
from mcp_server.adapters.postgres.store import SharedStore
from mcp_server.core.agents.register import Caller, recognise
from mcp_server.core.tasks.plan import Proposal, plan_tasks
from mcp_server.core.workplace import Workplace
from mcp_server.domain.errors import StateUnavailable
from mcp_server.domain.settings import Settings
from tests.postgres import NEWEST, Server, private
from tests.races.places import opened, reached, spread
from tests.races.shared_worker import KINDS
from tests.workspace import SCHEMA, FakeCheckout, make_schema

ROOT = Path(__file__).parents[2]
AS_SHIPPED = {"fsync": "on", "full_page_writes": "on"}
LONGEST_LIFE = 6.0
"""Seconds for which a worker lives, about."""
BAD = ("lost", "doubled", "different", "damaged", "complained", "stuck")


class Worker(NamedTuple):
    """One that runs, on which mirror."""

    kind: str
    file: Path
    name: str
    process: subprocess.Popen[bytes]


class Race:
    """Two mirrors, their database, and all that was acknowledged."""

    def __init__(self, folder: Path, server: Server, kills: int, seed: int) -> None:
        self._random = Random(seed)  # noqa: S311  chance, no secret
        self._server = server
        self._logs = folder / "logs"
        self._logs.mkdir()
        self.counts: Counter[str] = Counter()
        self.url = server.database(server.template("with_schema", make_schema))
        self.files = [folder / f"host-{number}" / "interlock" / "state.db" for number in range(2)]
        spread(self.files, self.url)
        self._number = 0
        with closing(opened(self.files[0])) as store:
            place = Workplace(store, HostProcesses(), FakeCheckout(), Settings)
            with store.writing() as books:
                planner = recognise(books, Caller("planner", title="planner")).id
            names = [f"J{number}" for number in range(60 + kills * 25)]
            plan = [Proposal(f"Work on {name}", (f"src/{name}/**",), id=name) for name in names]
            for at in range(0, len(plan), 100):
                plan_tasks(place, planner, plan[at : at + 100])

    def run(self, kills: int, of_the_database: int) -> dict[str, int]:
        """Kill so often; the counts."""
        workers = [self.started(kind, file) for kind in KINDS for file in self.files]
        when = {kills * (number + 1) // (of_the_database + 1) for number in range(of_the_database)}
        while self.counts["killed"] < kills:
            self._work(workers)
            victim = self._random.choice(workers)
            workers.remove(victim)
            self.end(victim)
            workers.append(self.started(victim.kind, victim.file))
            if self.counts["killed"] in when:
                self._kill_the_database(workers)
        for worker in workers:
            self.end(worker)
        return self.compare()

    def _work(self, workers: list[Worker]) -> None:
        """Let them work for a random while, and until one at least was told of something."""
        before, last = self._said(), time.monotonic() + 60
        time.sleep(self._random.random() * LONGEST_LIFE / len(workers))
        while self._said() == before:
            if time.monotonic() > last:
                self.counts["stuck"] += 1
                return
            time.sleep(0.02)

    def _said(self) -> int:
        return sum(file.stat().st_size for file in self._logs.glob("*[0-9]"))

    def _kill_the_database(self, workers: list[Worker]) -> None:
        self._server.kill()
        self.counts["killed: the database"] += 1
        time.sleep(self._random.random())
        self._server.start()

    def started(self, kind: str, file: Path, *, start: Callable[..., subprocess.Popen[Any]] | None = None) -> Worker:
        """A new worker on this state; `start` starts it, on this machine or on another one."""
        self._number += 1
        name = f"{kind}-{self._number}"
        with (self._logs / f"{name}.err").open("wb") as complaints:
            process = (start or subprocess.Popen)(
                [sys.executable, "-m", "tests.races.shared_worker", kind, str(file), name, str(self._logs / name)],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=complaints,
            )
        return Worker(kind, file, name, process)

    def end(self, worker: Worker) -> None:
        """Kill a worker."""
        ended = worker.process.poll() is not None
        worker.process.kill()
        worker.process.wait()
        self.counts["ended by itself" if ended else "killed"] += 1
        complaints = (self._logs / f"{worker.name}.err").read_text()
        if ended or "Error" in complaints:
            self.counts["complained"] += 1
            print(f"{worker.name}: {complaints[-900:]}", file=sys.stderr)

    def acknowledged(self, names: list[str]) -> Counter[str]:
        """How often what was acknowledged to these workers."""
        files = [file for name in names if (file := self._logs / name).exists()]
        return Counter(json.loads(line)[0] for file in files for line in file.read_text().splitlines())

    def wait_for(self, kind: str, names: list[str]) -> None:
        """Wait until this is acknowledged to one of them, once more."""
        before, last = self.acknowledged(names)[kind], time.monotonic() + 60
        while self.acknowledged(names)[kind] == before:
            assert time.monotonic() < last, f"nothing was {kind}"
            time.sleep(0.05)

    def compare(self) -> dict[str, int]:
        """What was acknowledged, beside what is there; the counts of everything."""
        said = [json.loads(line) for file in self._logs.glob("*[0-9]") for line in file.read_text().splitlines()]
        self.counts.update(f"acknowledged: {one[0]}" for one in said)
        for file in self.files:
            reached(file, self.url)
        stores = [opened(file) for file in self.files]
        for _ in range(2):
            for store in stores:
                assert isinstance(store, SharedStore)
                _until_it_answers(store)
        rows = [_rows(store) for store in stores]
        self.counts["different"] += sum(one != _in_database(self.url) for one in rows)
        for store in stores:
            self.counts["damaged"] += _integrity(store) != "ok"
            store.close()
        self._compare_rows(said, rows[0])
        return dict(sorted(self.counts.items()))

    def _compare_rows(self, said: list[list[Any]], rows: dict[str, list[dict[str, Any]]]) -> None:
        events = {event["id"]: event for event in rows["event"]}
        granted = [one for one in said if one[0] in ("claimed", "locked")]
        for kind, subject, token, _ in granted:
            event = events.get(token)
            self.counts["lost"] += event is None or (event["kind"], event["subject"]) != (kind, subject)
        holders = {(token, worker) for *_, token, worker in granted}  # one may be told again what it has
        self.counts["doubled"] += len(holders) - len({token for token, _ in holders})
        done = [one[1] for one in said if one[0] == "done"]
        self.counts["doubled"] += len(done) - len(set(done))
        states = {task["id"]: task["status"] for task in rows["task"]}
        self.counts["lost"] += sum(states.get(task) != "done" for task in done)
        notes, told = {note["text"] for note in rows["checkpoint"]}, Counter(one["subject"] for one in rows["message"])
        self.counts["lost"] += sum(one[2] not in notes for one in said if one[0] == "note")
        self.counts["lost"] += sum(not told[one[1]] for one in said if one[0] == "sent")
        self.counts["doubled"] += sum(times > 1 for subject, times in told.items() if subject.startswith("hooks-"))
        held = Counter(lease["task"] for lease in rows["lease"] if lease["task"] and lease["taken_by"] is None)
        self.counts["doubled"] += sum(times > 1 for times in held.values())


def _until_it_answers(store: SharedStore) -> None:
    last = time.monotonic() + 60
    while True:
        try:
            store.send()
            store.refresh()
            return
        except StateUnavailable:
            if time.monotonic() > last:
                raise
            time.sleep(0.1)


KEPT = ("agent", "task", "lease", "event", "checkpoint", "message", "delivery", "ground", "identity")


def _rows(store: Any) -> dict[str, list[dict[str, Any]]]:
    found = {}
    with store.mirror.reading():
        for kind in KEPT:
            cursor = store.mirror.connection.execute(f"SELECT * FROM {kind}")  # noqa: S608  names of ours
            names = [column[0] for column in cursor.description]
            found[kind] = _sorted(dict(zip(names, row, strict=True)) for row in cursor.fetchall())
    return found


def _in_database(url: str) -> dict[str, list[dict[str, Any]]]:
    with psycopg.connect(url) as connection:
        return {
            kind: _sorted(row for (row,) in connection.execute(f"SELECT to_jsonb(t) FROM {SCHEMA}.{kind} t"))  # noqa: S608  as above
            for kind in KEPT
        }


def _sorted(rows: Any) -> list[dict[str, Any]]:
    """Times to the hundredth of a second: a mirror does not tell closer ones apart."""
    plain = ({name: round(x, 2) if isinstance(x, float) else x for name, x in row.items()} for row in rows)
    return sorted((dict(sorted(row.items())) for row in plain), key=json.dumps)


def _integrity(store: Any) -> str:
    return str(store.mirror.connection.execute("PRAGMA integrity_check").fetchone()[0])


def kill(kills: int, of_the_database: int, seed: int) -> dict[str, int]:
    """The counts of one race, with a database of its own."""
    folder = Path(tempfile.mkdtemp(prefix="shared-kills-"))
    try:
        with private(NEWEST, AS_SHIPPED) as server:
            return Race(folder, server, kills, seed).run(kills, of_the_database)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    often = [int(said) for said in sys.argv[1:]]
    counts = kill(*(often + [200, 20, 1][len(often) :]))
    print(json.dumps(counts, indent=2))
    sys.exit(any(counts.get(name) for name in BAD))
