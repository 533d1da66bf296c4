"""The board is taken anew when the state has changed, and now and then; what git says is asked seldom."""

from __future__ import annotations

from mcp_server.board.live import ANEW
from mcp_server.board.looks import AT_LEAST_APART, KEPT, Look, Looks
from mcp_server.core.board.snapshot import take_snapshot
from mcp_server.core.tasks.update import update_task
from tests.board.conftest import live_board
from tests.workspace import Workspace


def test_a_board_is_taken_anew_when_the_stamp_or_enough_time_has_changed(shop: Workspace) -> None:
    stamps = ["one"]
    live = live_board(shop, lambda: stamps[-1])
    first = live.view()
    assert live.view() is first
    shop.clock.advance(ANEW - 1)
    assert live.view() is first
    stamps.append("two")
    second = live.view()
    assert (second.number, second.snapshot.now) == (first.number + 1, shop.clock.now)
    shop.clock.advance(ANEW)
    assert live.view().number == second.number + 1


def test_work_in_a_shared_checkout_is_what_lies_in_the_tasks_scope(shop: Workspace) -> None:
    shop.checkout.changed = ["a/x.py", "a/y.py", "b/z.py"]
    shop.checkout.made = [(shop.clock.now + 1, "/repository", "abc Begin")]
    looks = Looks(None, shop.checkout, shop.clock)
    assert looks.of(take_snapshot(shop.place))["A"] == Look(1, 2)


def test_the_same_work_is_not_looked_at_again_at_once(shop: Workspace) -> None:
    looks = Looks(None, shop.checkout, shop.clock)

    def uncommitted() -> int | None:
        return looks.of(take_snapshot(shop.place))["A"].uncommitted

    assert uncommitted() == 0
    shop.checkout.changed = ["a/x.py"]
    update_task(shop.place, shop.agent("ada"), "A", note="more")
    assert uncommitted() == 0
    shop.clock.advance(AT_LEAST_APART)
    assert uncommitted() == 0, "nothing has happened in the state since"
    shop.agent("ada")
    assert uncommitted() == 1
    shop.checkout.changed = []
    shop.clock.advance(KEPT)
    assert uncommitted() == 0


def test_outside_git_nothing_is_known_of_the_work(shop: Workspace) -> None:
    shop.checkout.changed = None
    assert Looks(None, shop.checkout, shop.clock).of(take_snapshot(shop.place))["A"] == Look(0, None)
