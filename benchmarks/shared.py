"""One PostgreSQL for several machines: claims beside their statements bare, among many tasks, and hooks on a mirror."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from statistics import median
from threading import Event, Thread

import psycopg

from benchmarks import hooks, mirrors
from benchmarks.claim import claims_in
from benchmarks.measuring import Ratio, alternately, report
from benchmarks.race import Claim, by_interlock, claims_per_second
from benchmarks.workspaces import fill, store, workplace
from mcp_server.adapters.postgres.follow import Follower
from mcp_server.adapters.postgres.remote import CHANNEL
from mcp_server.adapters.postgres.store import SharedStore
from mcp_server.adapters.sqlite.store import create
from tests.postgres import Server
from tests.postgres.proxy import wire

PROCESSES = 8
TASKS = 200
ROUNDS = 9
TIMES = 200
LATENCY = 0.1

Claimer = Callable[[Path, str, str], Claim]


def measure() -> list[Ratio]:
    """Claims per second of both, in alternating rounds, on one machine and on two; and claims among many tasks."""
    with mirrors.server() as server:
        ratios = [_race(server, hosts) for hosts in (1, 2)]
        return [*ratios, _growth(server), *_hooks(server)]


def _race(server: Server, hosts: int) -> Ratio:
    ours: list[float] = []
    bare: list[float] = []
    for _ in range(ROUNDS):
        ours.append(_round(server, _by_interlock, hosts))
        bare.append(_round(server, _by_hand, hosts))
    what = f"{PROCESSES} processes on {hosts} machine{'s'[: hosts - 1]} claiming {TASKS} tasks on PostgreSQL"
    return Ratio(what, median(ours), median(bare), "claims/s", 0.6, at_least=True)


def _round(server: Server, claimer: Claimer, hosts: int) -> float:
    with tempfile.TemporaryDirectory() as folder:
        address = mirrors.database(server)
        files = [Path(folder) / f"host{number}" / "interlock" / "state.db" for number in range(hosts)]
        for number, file in enumerate(files):
            opened = mirrors.mirror(file, address, f"host{number}")
            if number == 0:
                fill(opened, tasks=TASKS, leases=0)
            opened.refresh()
            opened.close()
        who = [(files[number % hosts], address, f"host{number % hosts}") for number in range(PROCESSES)]
        found = claims_per_second([partial(claimer, *where) for where in who], TASKS)
        server.drop(address)
    return found


def _by_interlock(file: Path, address: str, host: str) -> Claim:
    return by_interlock(workplace(mirrors.opened(file, address, host)))


def _by_hand(file: Path, address: str, host: str) -> Claim:
    connection = psycopg.connect(address, autocommit=True)
    connection.execute(f"SET search_path TO {mirrors.SCHEMA}")
    known = [0]

    def claim() -> str | None:
        return bare_claim(connection, known)

    return claim


def bare_claim(connection: psycopg.Connection, known: list[int]) -> str | None:
    """The statements that a claim has to carry out in the database, and nothing else: no mirror, no decision."""
    execute, now = connection.execute, time.time()
    with connection.pipeline():
        execute("BEGIN")
        execute("SELECT version, extract(epoch FROM clock_timestamp())::float8 FROM state FOR UPDATE")
        execute("SELECT seq, kind, key::text, row::text FROM change WHERE seq > %s ORDER BY seq", [known[0]])
        free = execute("SELECT seq, id, scope, anchors FROM task WHERE ready = 1 ORDER BY priority DESC, seq LIMIT 1")
    row = free.fetchone()
    if row is None:
        execute("ROLLBACK")
        return None
    seq, task, scope, anchors = row
    anchor, _, pattern = anchors.partition("\t")
    token = seq + 1_000_000_000
    with connection.pipeline():
        execute(
            "UPDATE task SET status = 'in_progress', ready = 0, token = %s, changed_at = %s "
            "WHERE seq = %s AND ready = 1",
            [token, now, seq],
        )
        execute("INSERT INTO lease VALUES (%s, 1, %s, NULL, %s, NULL, %s, 1800)", [token, seq, scope, now])
        execute("INSERT INTO ground VALUES (%s, %s, %s)", [anchor, token, pattern])
        execute("INSERT INTO event VALUES (%s, %s, 1, 'claimed', %s, NULL)", [token, now, task])
        execute("UPDATE agent SET seen_at = %s, due_at = %s WHERE id = %s", [now, now + 1800, 4097])
        execute("SELECT pg_notify(%s, %s)", [CHANNEL, mirrors.SCHEMA])
        last = execute("SELECT last_value FROM change_seq")
        execute("COMMIT")
    [known[0]] = last.fetchone() or (0,)
    return str(task)


def _growth(server: Server) -> Ratio:
    with tempfile.TemporaryDirectory() as folder:
        small = _claims(server, Path(folder) / "small/interlock/state.db", 100 + TIMES, 10)
        large = _claims(server, Path(folder) / "large/interlock/state.db", 100_000, 10_000)
        grown, before = alternately(large, small, TIMES)
    what = "A claim on PostgreSQL, tasks 100 → 100,000, leases 10 → 10,000"
    return Ratio(what, grown * 1e3, before * 1e3, "ms", 1.5)


def _claims(server: Server, file: Path, tasks: int, leases: int) -> Callable[[], object]:
    create(file)
    with closing(store(file)) as local:
        fill(local, tasks=tasks, leases=leases)
    opened = mirrors.mirror(file, mirrors.database(server), "host")
    return claims_in(workplace(opened))


def _hooks(server: Server) -> list[Ratio]:
    """Hooks in a checkout that mirrors a database which is 100 ms away, beside the same in one that mirrors none."""
    acts = (hooks.GUARD, hooks.OWN_TOOL, *hooks.BEFORE_BASH, *hooks.AFTER, hooks.START)
    with tempfile.TemporaryDirectory() as folder, wire(server.port) as proxy:
        base = Path(folder)
        alone = hooks.prepared(base, "alone", tasks=2_000, leases=1_000)
        mirroring = hooks.prepared(base, "mirroring", tasks=2_000, leases=1_000)
        address = mirrors.database(server).replace(f":{server.port}/", f":{proxy.port}/")
        mirrored = mirrors.mirror(mirroring / ".git/interlock/state.db", address, "host")
        proxy.slow(LATENCY)
        with kept_fresh(mirrored):
            both = [hook.started(base, repo) for hook in acts for repo in (mirroring, alone)]
            for act in both:
                act()
            taken = iter(hooks.processor_time(both, hooks.TIMES))
    return [
        Ratio(f"{hook.label}, in use: on a mirror / on no mirror", next(taken) * 1e3, next(taken) * 1e3, "ms", 1.15)
        for hook in acts
    ]


@contextmanager
def kept_fresh(mirrored: SharedStore) -> Iterator[None]:
    """Meanwhile the mirror is kept as fresh as a session's server keeps it."""
    over = Event()

    def follow() -> None:
        follower = Follower(mirrored)
        while not over.is_set():
            follower.round()

    thread = Thread(target=follow)
    thread.start()
    yield
    over.set()
    thread.join()
    mirrored.close()


if __name__ == "__main__":
    report(measure())
