"""What a look at the board costs as the numbers of tasks and leases grow beyond what it shows."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.measuring import Ratio, alternately, report
from benchmarks.workspaces import repository, store, workplace
from mcp_server.core.board.board import read_board
from mcp_server.core.board.snapshot import take_snapshot
from mcp_server.core.workplace import Workplace

TIMES = 60


def measure() -> list[Ratio]:
    """A board of as many tasks and leases as it shows, and of far more."""
    with tempfile.TemporaryDirectory() as folder:
        small = _place(Path(folder) / "small", tasks=500, leases=200)
        large = _place(Path(folder) / "large", tasks=100_000, leases=10_000)
        return [
            _ratio("A person's board", take_snapshot, large, small),
            _ratio("The tool `board`", read_board, large, small),
        ]


def _place(folder: Path, *, tasks: int, leases: int) -> Workplace:
    return workplace(store(repository(folder, tasks=tasks, leases=leases) / ".git/interlock/state.db"))


def _ratio(what: str, look: Callable[[Workplace], object], large: Workplace, small: Workplace) -> Ratio:
    grown, before = alternately(lambda: look(large), lambda: look(small), TIMES)
    return Ratio(f"{what}, tasks 500 → 100,000, leases 200 → 10,000", grown * 1e3, before * 1e3, "ms", 1.5)


if __name__ == "__main__":
    report(measure())
