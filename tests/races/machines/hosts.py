"""Two machines with a network of their own, a database that both reach, and workers on both.

    python -m tests.races.machines.hosts [SECONDS]

Claimers and hooks work on both machines; then one's network is cut for that long, by default 90 seconds, and restored.
It prints what happened meanwhile as JSON, and ends with 1 if anything was granted to the machine that was cut off, if
its hooks did not go on, or if anything is lost or there twice in the end.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

from tests.postgres import NEWEST, private
from tests.postgres.hosts import NETWORK, OPEN, Host, network
from tests.races.machines.kills import AS_SHIPPED, BAD, Race
from tests.races.machines.places import reached

assert NETWORK in OPEN


@contextmanager
def two_hosts(folder: Path, tasks: int) -> Iterator[tuple[Race, tuple[Host, ...]]]:
    """A race on two hosts that reach its database over their own links; it has so many tasks."""
    with private(NEWEST, AS_SHIPPED, listen="*") as server, network("laptop", "build-2") as hosts:
        server.access(OPEN)
        race = Race(folder, server, tasks // 25, 1)
        database = conninfo_to_dict(race.url)["dbname"]
        for host, file in zip(hosts, race.files, strict=True):
            reached(file, f"postgresql://postgres@{host.gateway}:{server.port}/{database}")
        yield race, hosts


def cut(seconds: float) -> dict[str, int]:
    """What was acknowledged while one of the hosts was cut off, and how it ended."""
    folder = Path(tempfile.mkdtemp(prefix="cut-"))
    try:
        with two_hosts(folder, 5_000) as (race, hosts):
            kinds = ("tasks", "hooks", "server")
            workers = [
                race.started(kind, file, start=host.start)
                for host, file in zip(hosts, race.files, strict=True)
                for kind in kinds
            ]
            of_first = [worker.name for worker in workers[: len(kinds)]]
            race.wait_for("claimed", [workers[0].name])
            hosts[0].cut()
            other = [workers[len(kinds)].name]
            race.wait_for("claimed", other)  # the database has let go of what the first one may have locked
            time.sleep(1)  # what was on its way may still arrive
            before = race.acknowledged(of_first), race.acknowledged([worker.name for worker in workers[len(kinds) :]])
            time.sleep(seconds)
            race.wait_for("claimed", other)
            race.wait_for("sent", of_first)
            after = race.acknowledged(of_first), race.acknowledged([worker.name for worker in workers[len(kinds) :]])
            hosts[0].restore()
            race.wait_for("claimed", [workers[0].name])
            for worker in workers:
                race.end(worker)
            counts = race.compare()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    here, there = (
        {f"{kind}, {where}": now[kind] - then[kind] for kind in ("claimed", "done", "sent")}
        for where, then, now in (("cut off", before[0], after[0]), ("the other", before[1], after[1]))
    )
    return {**counts, **here, **there}


def failures(counts: dict[str, int]) -> list[str]:
    """What was not as it has to be."""
    wrong = [name for name in BAD if counts.get(name)]
    wrong += [name for name in ("claimed, cut off", "done, cut off") if counts[name]]
    return wrong + [name for name in ("sent, cut off", "claimed, the other") if not counts[name]]


if __name__ == "__main__":
    found = cut(float((sys.argv[1:2] or ["90"])[0]))
    print(json.dumps(found, indent=2))
    sys.exit(bool(failures(found)))
