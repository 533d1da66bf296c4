"""What syncing the shared state with its page costs, at 10,000 entries against 100."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from itertools import count
from pathlib import Path

from benchmarks.measuring import Ratio, alternately, report
from benchmarks.workspaces import repository, store, workplace
from mcp_server.adapters.text_files.state_page_file import StatePageFile
from mcp_server.core.shared_state import sync
from mcp_server.core.workplace import Workplace
from mcp_server.state_page.wording import blank_page

TIMES = 200
MANY, FEW = 10_000, 100


def measure() -> list[Ratio]:
    """A call with nothing to do, and one that writes an entry: neither grows with the archives."""
    with tempfile.TemporaryDirectory() as folder:
        large, small = (_filled(Path(folder) / str(entries), entries) for entries in (MANY, FEW))
        idle, idle_small = alternately(_idle(large), _idle(small), TIMES)
        writing, writing_small = alternately(_writing(large), _writing(small), TIMES)
    return [
        Ratio("page of the shared state, unchanged, entries 100 → 10,000", idle * 1e3, idle_small * 1e3, "ms", 3.0),
        Ratio("an entry more on that page, entries 100 → 10,000", writing * 1e3, writing_small * 1e3, "ms", 3.0),
    ]


def _filled(folder: Path, entries: int) -> Workplace:
    repository(folder, tasks=1, leases=0)
    state = folder / ".git" / "interlock"
    page = StatePageFile(str(folder), str(state), lambda: None)
    page.create(blank_page())
    place = workplace(store(state / "state.db"))._replace(page=page)
    with place.store.writing() as books:
        for number in range(entries):
            books.shared.write(1, "learning", f"What was learned, number {number}, in a sentence.", "0123456789ab", 0)
    assert sync.sync_page(place) is None
    return place


def _idle(place: Workplace) -> Callable[[], object]:
    def act() -> None:
        assert sync.sync_page(place) is None

    return act


def _writing(place: Workplace) -> Callable[[], object]:
    numbers = count()

    def act() -> None:
        with place.store.writing() as books:
            books.shared.write(1, "learning", f"Learned later, number {next(numbers)}.", "0123456789ab", 0)
        assert sync.sync_page(place) is None

    return act


if __name__ == "__main__":
    report(measure())
