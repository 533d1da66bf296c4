"""Eight processes claim two hundred tasks: claims per second against its statements bare, and none granted twice."""

from __future__ import annotations

import multiprocessing as mp
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from multiprocessing.synchronize import Barrier
from pathlib import Path
from statistics import median

from benchmarks.claim import bare_claim, bare_connection
from benchmarks.measuring import Ratio, report
from benchmarks.workspaces import repository, store, workplace
from mcp_server.core.agents.register import Caller, recognise
from mcp_server.core.tasks.claim import Claimed, claim_task
from mcp_server.core.workplace import Workplace

PROCESSES = 8
TASKS = 200
ROUNDS = 15

Claim = Callable[[], "str | None"]
Claimer = Callable[[Path], Claim]


def measure() -> list[Ratio]:
    """Claims per second of both, in alternating rounds."""
    ours: list[float] = []
    bare: list[float] = []
    for _ in range(ROUNDS):
        ours.append(_round(_by_interlock))
        bare.append(_round(_by_hand))
    what = f"{PROCESSES} processes claiming {TASKS} tasks, 0 doubled, 0 lost"
    return [Ratio(what, median(ours), median(bare), "claims/s", 0.7, at_least=True)]


def _round(claimer: Claimer) -> float:
    with tempfile.TemporaryDirectory() as folder:
        repo = repository(Path(folder) / "repo", tasks=TASKS, leases=0)
        return claims_per_second([partial(claimer, repo / ".git/interlock/state.db")] * PROCESSES, TASKS)


def claims_per_second(claimers: Sequence[Callable[[], Claim]], tasks: int) -> float:
    """How many tasks a process for each of these claims in a second, together, until there are none; each once."""
    start = mp.Barrier(len(claimers) + 1)
    results: mp.Queue[list[str]] = mp.Queue()
    workers = [mp.Process(target=_work, args=(claimer, start, results)) for claimer in claimers]
    for worker in workers:
        worker.start()
    start.wait()
    began = time.perf_counter()
    claimed = Counter(task for _ in workers for task in results.get())
    seconds = time.perf_counter() - began
    for worker in workers:
        worker.join()
    assert set(claimed.values()) == {1}, "a task was claimed twice"
    assert len(claimed) == tasks, f"{tasks - len(claimed)} tasks were lost"
    return tasks / seconds


def _work(claimer: Callable[[], Claim], start: Barrier, results: mp.Queue[list[str]]) -> None:
    claim = claimer()
    start.wait()
    results.put(list(iter(claim, None)))


def by_interlock(place: Workplace) -> Claim:
    """What claims the next task for this process, which gives its id, or None."""
    with place.store.writing() as books:
        agent = recognise(books, Caller(f"process {mp.current_process().pid}"))

    def claim() -> str | None:
        outcome = claim_task(place, agent.id)
        return outcome.task.id if isinstance(outcome, Claimed) else None

    return claim


def _by_interlock(file: Path) -> Claim:
    return by_interlock(workplace(store(file)))


def _by_hand(file: Path) -> Claim:
    connection = bare_connection(file)

    def claim() -> str | None:
        seq = bare_claim(connection)
        return None if seq is None else str(seq)

    return claim


if __name__ == "__main__":
    report(measure())
