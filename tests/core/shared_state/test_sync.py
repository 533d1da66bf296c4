"""The shared state as its reader gets it."""

from __future__ import annotations

from mcp_server.core.shared_state import sync
from mcp_server.core.shared_state.sync import MOST_OF_A_KIND
from tests.workspace import START_TIME, Workspace


def test_the_newest_of_each_kind_are_read_and_all_since_a_moment(workspace: Workspace) -> None:
    ada = workspace.agent("ada")
    sync.write_state(workspace.place, ada, "status", "at work")
    for number in range(MOST_OF_A_KIND + 3):
        sync.write_state(workspace.place, ada, "learning", f"{number}")
    sync.write_state(workspace.place, ada, "next", "tests")
    read = sync.read_state(workspace.place)
    assert [entry.text for entry in read.entries[:2]] == ["at work", "3"]
    assert (read.entries[-1].text, len(read.entries), read.older) == ("tests", MOST_OF_A_KIND + 2, 3)
    everything = sync.read_state(workspace.place, START_TIME - 1)
    assert (len(everything.entries), everything.older) == (MOST_OF_A_KIND + 5, 0)
