"""The shared state as its reader gets it."""

from __future__ import annotations

from mcp_server.core import minding
from mcp_server.core.minding import MOST_OF_A_KIND
from tests.worlds import BEGINNING, World


def test_the_newest_of_each_kind_are_read_and_all_since_a_moment(world: World) -> None:
    ada = world.agent("ada")
    minding.write_state(world.place, ada, "status", "at work")
    for number in range(MOST_OF_A_KIND + 3):
        minding.write_state(world.place, ada, "learning", f"{number}")
    minding.write_state(world.place, ada, "next", "tests")
    read = minding.read_state(world.place)
    assert [entry.text for entry in read.entries[:2]] == ["at work", "3"]
    assert (read.entries[-1].text, len(read.entries), read.older) == ("tests", MOST_OF_A_KIND + 2, 3)
    everything = minding.read_state(world.place, BEGINNING - 1)
    assert (len(everything.entries), everything.older) == (MOST_OF_A_KIND + 5, 0)
